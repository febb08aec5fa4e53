import 'package:doorstep_client/doorstep_client.dart';
import 'package:flutter/material.dart';

import '../l10n/localizations.dart';
import 'account_field.dart';
import 'account_form.dart';
import 'form_host.dart';
import 'mail_gate.dart';
import 'parts.dart';
import 'sign_up_verification.dart';
import 'style.dart';

/// The state of a login form: e-mail and password.
class LoginController extends AccountForm<Customer> {
  /// [LoginBuilder] makes one; make your own for a form outside a widget.
  LoginController(DoorstepClient client, {String email = ''})
    : super(client, const ['email', 'password'], {'email': email});

  /// The text of the e-mail field.
  TextEditingController get email => controller('email');

  /// The text of the password field.
  TextEditingController get password => controller('password');

  /// The last login was refused, perhaps because the address has to be proven
  /// first: the server does not tell that from a wrong password. Offer
  /// [startVerification].
  bool get mayBeUnproven =>
      _isProvenFirst && failure?.code == ErrorCode.invalidCredentials;
  bool _isProvenFirst = false;

  /// The customer wants to prove the address: show a `SignUpVerificationForm`.
  bool get needsVerification => _needsVerification;
  bool _needsVerification = false;

  @override
  String? get formError => switch (failure) {
    final failure? when mayBeUnproven => words.sentence(
      failure.code,
      failure.message,
      words.texts.wrongOrUnproven,
    ),
    _ => super.formError,
  };

  /// Goes on to prove the address, with the password that is typed.
  void startVerification() {
    if (!canSubmit) return;
    for (final name in const ['email', 'password']) {
      if (text(name).isEmpty) return focus(name).requestFocus();
    }
    _needsVerification = true;
    notifyListeners();
  }

  /// Goes back to the fields, for another address.
  void startOver() {
    if (!canSubmit) return;
    _needsVerification = false;
    clearFailure();
    notifyListeners();
  }

  @override
  Future<Result<Customer>> send() async {
    switch (await client.login(email: email.text, password: password.text)) {
      case LoginOk(:final customer):
        return Ok(customer);
      case LoginRejected(:final error) || LoginUnavailable(:final error):
        // Before the refusal is shown: it is read out only once.
        if (error.code == ErrorCode.invalidCredentials) await _askPolicy();
        return Failed(error);
    }
  }

  Future<void> _askPolicy() async {
    if (await client.policy() case Ok(:final value)) {
      _isProvenFirst = value.signUpVerification == 'before';
    }
  }
}

/// A login form in your own widgets; see `SignUpBuilder` for the way to use it.
class LoginBuilder extends StatelessWidget {
  /// Takes the client of the scope above, or [account].
  const LoginBuilder({
    required this.builder,
    this.onSuccess,
    this.email = '',
    this.account,
    super.key,
  });

  /// Builds the form, again for each change in it.
  final Widget Function(BuildContext context, LoginController form) builder;

  /// Called with a mounted context when the customer is signed in.
  final void Function(BuildContext context, Customer customer)? onSuccess;

  /// What the e-mail field holds at first.
  final String email;

  /// Instead of the scope's client.
  final DoorstepClient? account;

  @override
  Widget build(BuildContext context) => FormHost<LoginController, Customer>(
    account: account,
    isSavedByPasswordManagers: true,
    create: (client) => LoginController(client, email: email),
    onSuccess: (context, form, customer) => onSuccess?.call(context, customer),
    builder: builder,
  );
}

/// E-mail and password, ready to use.
class LoginForm extends StatelessWidget {
  /// Takes the client of the scope above, or [account].
  const LoginForm({
    this.onSuccess,
    this.onForgotPassword,
    this.onUseCode,
    this.email = '',
    this.account,
    super.key,
  });

  /// Called when the customer is signed in, unless the form is gone by then.
  final void Function(Customer customer)? onSuccess;

  /// Adds a button that goes to a `RecoveryForm`, where the server sends mails.
  /// Called with what the e-mail field holds.
  final void Function(String email)? onForgotPassword;

  /// Adds a button that goes to a `LoginCodeForm`, where the server offers a
  /// login by mail. Called with what the e-mail field holds.
  final void Function(String email)? onUseCode;

  /// What the e-mail field holds at first.
  final String email;

  /// Instead of the scope's client.
  final DoorstepClient? account;

  @override
  Widget build(BuildContext context) => LoginBuilder(
    account: account,
    email: email,
    onSuccess: (_, customer) => onSuccess?.call(customer),
    builder: (context, form) => form.needsVerification
        ? SignUpVerificationForm(
            email: form.email.text.trim(),
            password: form.password.text,
            account: account,
            onCancel: form.startOver,
            onSuccess: (customer) => onSuccess?.call(customer),
          )
        : _fields(context, form),
  );

  Widget _fields(BuildContext context, LoginController form) => FormColumn(
    form: form,
    button: DoorstepLocalizations.of(context).logIn,
    fields: [AccountField.email(form), AccountField.password(form, 'password')],
    actions: [
      if (form.mayBeUnproven)
        TextButton(
          style: buttonStyle,
          onPressed: form.startVerification,
          child: Text(DoorstepLocalizations.of(context).sendAgain),
        ),
      if (onForgotPassword case final forgot?)
        ForgotPasswordButton(
          onPressed: () => forgot(form.email.text.trim()),
          account: account,
        ),
      if (onUseCode case final use?)
        UseCodeButton(
          onPressed: () => use(form.email.text.trim()),
          account: account,
        ),
    ],
  );
}
