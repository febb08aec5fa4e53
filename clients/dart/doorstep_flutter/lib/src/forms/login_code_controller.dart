import 'dart:async';

import 'package:doorstep_client/doorstep_client.dart';
import 'package:flutter/widgets.dart';

import 'mail_form.dart';

/// The state of a login by mail: the e-mail first, then the mail's code. While
/// it waits for the code, whoever reads the mail can also let this device in by
/// the [number] that it shows.
class LoginCodeController extends MailForm {
  /// `LoginCodeBuilder` makes one; make your own for a form outside a widget.
  LoginCodeController(
    DoorstepClient client, {
    String email = '',
    super.resendAfter,
  }) : super(
         client,
         const ['email', 'code', 'password', 'newPassword'],
         initial: {'email': email},
       ) {
    _life = AppLifecycleListener(onHide: _pause, onShow: _goOn);
  }

  late final AppLifecycleListener _life;

  /// The text of the e-mail field.
  TextEditingController get email => controller('email');

  /// The text of the code field.
  TextEditingController get code => controller('code');

  /// The text of the field for the account's password, see [needsPassword].
  TextEditingController get password => controller('password');

  /// The text of the field for a new password, see [usesNewPassword].
  TextEditingController get newPassword => controller('newPassword');

  /// Who is signed in; null until then.
  Customer? get customer => _customer;
  Customer? _customer;

  /// What to show large while [isWaiting]: the page behind the mail's link asks
  /// for it.
  String? get number => isWaiting && !needsPassword ? _number : null;
  String? _number;

  /// The code is right, but nobody has ever proven the address: the account's
  /// password is needed, or a new one.
  bool get needsPassword => _needsPassword;
  bool _needsPassword = false;

  /// Whether the customer would rather choose a new password.
  bool get usesNewPassword => _usesNewPassword;
  bool _usesNewPassword = false;
  set usesNewPassword(bool value) {
    if (isDisposed || value == _usesNewPassword) return;
    _usesNewPassword = value;
    clearFailure();
    notifyListeners();
  }

  /// Whether this device can be let in by its number.
  bool get isWaiting => _request != null;

  /// The mail that is waited for, also while the app is hidden.
  String? _request;
  Completer<void>? _abort;

  @override
  bool isLast(String name) =>
      name ==
      switch (asked) {
        null => 'email',
        _ when !needsPassword => 'code',
        _ when usesNewPassword => 'newPassword',
        _ => 'password',
      };

  @override
  Future<Result<MailAsked>> ask() async {
    final result = await client.requestLoginCode(email: email.text);
    switch (result) {
      case Ok(
        value: LoginCodeAsked(:final message, :final request, :final number),
      ):
        if (!isDisposed) _begin(request, number);
        return Ok(MailAsked(message: message, request: request));
      case Failed(:final error):
        return Failed(error);
    }
  }

  @override
  Future<Result<Confirmed>> confirm(String request) async {
    final result = await client.confirmLoginCode(
      request: request,
      code: code.text,
      password: needsPassword && !usesNewPassword ? password.text : null,
      newPassword: needsPassword && usesNewPassword ? newPassword.text : null,
    );
    if (isDisposed) return const Ok(_done);
    switch (result) {
      case LoginOk(:final customer):
        return _enter(customer);
      // Somebody has chosen the number meanwhile.
      case LoginRejected() || LoginUnavailable() when _customer != null:
        return const Ok(_done);
      case LoginRejected(:final error) || LoginUnavailable(:final error):
        if (error.fields.containsKey('password')) _needsPassword = true;
        return Failed(error);
    }
  }

  static const _done = Confirmed(message: '');

  Ok<Confirmed> _enter(Customer customer) {
    _customer = customer;
    _end();
    return const Ok(_done);
  }

  void _begin(String request, String number) {
    _end();
    _number = number;
    _request = request;
    _needsPassword = false;
    _goOn();
  }

  /// Nobody sees a hidden app, and the system stops its timers.
  void _pause() {
    _abort?.complete();
    _abort = null;
  }

  void _goOn() {
    final request = _request;
    if (request == null || _abort != null) return;
    final abort = _abort = Completer<void>();
    unawaited(_wait(request, abort));
  }

  Future<void> _wait(String request, Completer<void> abort) async {
    final result = await client.waitForLogin(
      request: request,
      abort: abort.future,
    );
    if (isDisposed || confirmed != null) return;
    if (result case LoginOk(:final customer)) {
      // Also when it was given up just before: the session is there.
      _enter(customer);
      return finish(_done);
    }
    if (_request != request || _abort != abort) return;
    _end();
    // A code that is on its way says itself what is wrong.
    if (result case LoginRejected(:final error) when !busy) return spend(error);
    notifyListeners();
  }

  void _end() {
    _request = null;
    _pause();
  }

  @override
  void startOver() {
    if (!canSubmit) return;
    _end();
    _needsPassword = false;
    _usesNewPassword = false;
    password.clear();
    newPassword.clear();
    super.startOver();
  }

  @override
  void dispose() {
    _end();
    _life.dispose();
    super.dispose();
  }
}
