import 'package:doorstep_client/doorstep_client.dart';
import 'package:flutter/material.dart';

import '../l10n/localizations.dart';
import 'account_field.dart';
import 'form_host.dart';
import 'mail_form.dart';
import 'parts.dart';
import 'style.dart';

/// The state of a form for a customer who proves the address before the first
/// login: the code of the mail, then the login itself.
class SignUpVerificationController extends MailForm {
  /// [asked] is the mail that the sign-up has sent; without it, the form begins
  /// by asking for one.
  SignUpVerificationController(
    DoorstepClient client, {
    required this.email,
    required this.password,
    super.asked,
    super.resendAfter,
  }) : super(client, const ['code']);

  /// With what the customer signed up.
  final String email;

  /// The password that the customer has chosen: the account gets it with the
  /// proof, since somebody else may have signed up with the address before.
  final String password;

  /// The text of the code field.
  TextEditingController get code => controller('code');

  /// Who is signed in; null until then.
  Customer? get customer => _customer;
  Customer? _customer;

  /// The address is proven, and only the login is left.
  bool _isProven = false;

  /// A password that is refused has no field here.
  @override
  String? get formError => switch (failure?.fields['newPassword']) {
    final refused? => words.sentence(refused.code, refused.message),
    null => super.formError,
  };

  @override
  Future<Result<MailAsked>> ask() => client.requestVerification(email: email);

  @override
  Future<Result<Confirmed>> confirm(String request) async {
    var confirmed = const Confirmed(message: '');
    if (!_isProven) {
      final result = await client.confirmVerification(
        request: request,
        code: code.text,
        newPassword: password,
      );
      switch (result) {
        case Ok(:final value):
          confirmed = value;
          _isProven = true;
        case Failed():
          return result;
      }
    }
    switch (await client.login(email: email, password: password)) {
      case LoginOk(:final customer):
        _customer = customer;
        return Ok(confirmed);
      case LoginRejected(:final error) || LoginUnavailable(:final error):
        return Failed(error);
    }
  }
}

/// Asks for the code of the mail that a sign-up has sent, and logs in with it;
/// ready to use. `SignUpForm` shows it where it is needed, `LoginForm` offers it.
class SignUpVerificationForm extends StatelessWidget {
  /// Takes the client of the scope above, or [account].
  const SignUpVerificationForm({
    required this.email,
    required this.password,
    required this.onSuccess,
    this.asked,
    this.onCancel,
    this.resendAfter = const Duration(seconds: 60),
    this.account,
    super.key,
  });

  /// With what the customer signed up.
  final String email;

  /// The password that the customer has chosen; the account gets it.
  final String password;

  /// The mail that was asked for already.
  final MailAsked? asked;

  /// Called when the customer is signed in, unless the form is gone by then.
  final void Function(Customer customer) onSuccess;

  /// Adds a button that goes back.
  final VoidCallback? onCancel;

  /// How long after a mail the next one may be asked for.
  final Duration resendAfter;

  /// Instead of the scope's client.
  final DoorstepClient? account;

  @override
  Widget build(BuildContext context) =>
      FormHost<SignUpVerificationController, bool>(
        account: account,
        create: (client) {
          final form = SignUpVerificationController(
            client,
            email: email,
            password: password,
            asked: asked,
            resendAfter: resendAfter,
          );
          if (asked != null) form.focus('code').requestFocus();
          return form;
        },
        onSuccess: (context, form, isDone) => switch (form.customer) {
          final customer? when isDone => onSuccess(customer),
          _ => form.focus('code').requestFocus(),
        },
        builder: _build,
      );

  Widget _build(BuildContext context, SignUpVerificationController form) {
    final texts = DoorstepLocalizations.of(context);
    final back = [
      if (onCancel case final cancel?)
        TextButton(
          style: buttonStyle,
          onPressed: cancel,
          child: Text(texts.otherAddress),
        ),
    ];
    return switch (form.asked) {
      null => Column(
        crossAxisAlignment: CrossAxisAlignment.start,
        mainAxisSize: MainAxisSize.min,
        children: [
          NoteText(texts.confirmAdvice(email)),
          FormColumn(
            form: form,
            button: texts.sendCode,
            fields: const [],
            actions: back,
          ),
        ],
      ),
      _ => MailFormColumn(
        form: form,
        sent: texts.signUpSent,
        button: texts.confirm,
        fields: [AccountField.code(form)],
        actions: back,
      ),
    };
  }
}
