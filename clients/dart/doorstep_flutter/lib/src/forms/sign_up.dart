import 'package:doorstep_client/doorstep_client.dart';
import 'package:flutter/material.dart';

import '../l10n/localizations.dart';
import 'account_field.dart';
import 'account_form.dart';
import 'form_host.dart';
import 'parts.dart';
import 'sign_up_verification.dart';

/// The state of a sign-up form: name, e-mail and password.
class SignUpController extends AccountForm<Customer?> {
  /// [SignUpBuilder] makes one; make your own for a form outside a widget.
  SignUpController(DoorstepClient client)
    : super(client, const ['name', 'email', 'password']);

  /// The text of the name field.
  TextEditingController get name => controller('name');

  /// The text of the e-mail field.
  TextEditingController get email => controller('email');

  /// The text of the password field.
  TextEditingController get password => controller('password');

  /// Bind it to a checkbox, where the shop asks for it.
  bool? marketingConsent;

  /// The mail that proves the address before the first login, where the server
  /// asks for that: its code goes into a `SignUpVerificationForm`.
  MailAsked? get asked => _asked;
  MailAsked? _asked;

  /// The account waits for the customer to prove the address.
  bool get needsVerification => _asked != null;

  /// Goes back to the fields, for another address.
  void startOver() {
    if (!canSubmit) return;
    _asked = null;
    notifyListeners();
  }

  @override
  Future<Result<Customer?>> send() async {
    final result = await client.signUp(
      name: name.text,
      email: email.text,
      password: password.text,
      marketingConsent: marketingConsent,
    );
    _asked = switch (result) {
      SignUpNeedsVerification(:final message, :final request) => MailAsked(
        message: message,
        request: request,
      ),
      _ => null,
    };
    return switch (result) {
      SignUpOk(:final customer) => Ok(customer),
      SignUpNeedsVerification() => const Ok(null),
      SignUpRejected(:final error) ||
      SignUpUnavailable(:final error) => Failed(error),
    };
  }
}

/// A sign-up form in your own widgets.
///
/// ```dart
/// SignUpBuilder(
///   onSuccess: (context, customer) => context.go('/welcome'),
///   builder: (context, form) => Column(children: [
///     TextField(
///       controller: form.email,
///       decoration: InputDecoration(errorText: form.errorFor('email')),
///     ),
///     FilledButton(
///       onPressed: form.canSubmit ? form.submit : null,
///       child: const Text('Create account'),
///     ),
///   ]),
/// )
/// ```
class SignUpBuilder extends StatelessWidget {
  /// Takes the client of the scope above, or [account].
  const SignUpBuilder({
    required this.builder,
    this.onSuccess,
    this.onNeedsVerification,
    this.account,
    super.key,
  });

  /// Builds the form, again for each change in it.
  final Widget Function(BuildContext context, SignUpController form) builder;

  /// Called with a mounted context when the customer is signed in.
  final void Function(BuildContext context, Customer customer)? onSuccess;

  /// Called when the customer has to prove the address first: show a
  /// `SignUpVerificationForm` with [SignUpController.asked].
  final void Function(BuildContext context)? onNeedsVerification;

  /// Instead of the scope's client.
  final DoorstepClient? account;

  @override
  Widget build(BuildContext context) => FormHost<SignUpController, Customer?>(
    account: account,
    isSavedByPasswordManagers: true,
    create: SignUpController.new,
    onSuccess: (context, form, customer) => customer == null
        ? onNeedsVerification?.call(context)
        : onSuccess?.call(context, customer),
    builder: builder,
  );
}

/// Name, e-mail and password, ready to use. Where the server wants the address
/// proven first, the code of its mail follows.
class SignUpForm extends StatelessWidget {
  /// Takes the client of the scope above, or [account].
  const SignUpForm({
    this.onSuccess,
    this.account,
    this.passwordMinLength = 8,
    this.resendAfter = const Duration(seconds: 60),
    super.key,
  });

  /// Called when the customer is signed in, unless the form is gone by then.
  final void Function(Customer customer)? onSuccess;

  /// How long after a mail the next one may be asked for.
  final Duration resendAfter;

  /// Instead of the scope's client.
  final DoorstepClient? account;

  /// What the server's configuration says; only for the hint.
  final int passwordMinLength;

  @override
  Widget build(BuildContext context) {
    final texts = DoorstepLocalizations.of(context);
    return SignUpBuilder(
      account: account,
      onSuccess: (_, customer) => onSuccess?.call(customer),
      builder: (context, form) => switch (form.asked) {
        null => FormColumn(
          form: form,
          button: texts.createAccount,
          fields: [
            AccountField.name(form, 'name'),
            AccountField.email(form),
            AccountField.newPassword(
              form,
              'password',
              minLength: passwordMinLength,
            ),
          ],
        ),
        final asked => SignUpVerificationForm(
          key: ValueKey(asked.request),
          asked: asked,
          email: form.email.text.trim(),
          password: form.password.text,
          account: account,
          resendAfter: resendAfter,
          onCancel: form.startOver,
          onSuccess: (customer) => onSuccess?.call(customer),
        ),
      },
    );
  }
}
