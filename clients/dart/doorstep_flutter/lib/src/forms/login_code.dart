import 'package:doorstep_client/doorstep_client.dart';
import 'package:flutter/material.dart';
import 'package:flutter/services.dart';

import '../l10n/localizations.dart';
import 'account_field.dart';
import 'form_host.dart';
import 'login_code_controller.dart';
import 'login_number.dart';
import 'mail_form.dart';
import 'parts.dart';
import 'style.dart';

/// A login by mail in your own widgets.
///
/// ```dart
/// LoginCodeBuilder(
///   onSuccess: (context, customer) => context.go('/account'),
///   builder: (context, form) => form.asked == null
///       ? MyEmailStep(form.email, onPressed: form.submit)
///       : MyCodeStep(form.number, form.code, onPressed: form.submit),
/// )
/// ```
class LoginCodeBuilder extends StatelessWidget {
  /// Takes the client of the scope above, or [account].
  const LoginCodeBuilder({
    required this.builder,
    this.onSuccess,
    this.email = '',
    this.resendAfter = const Duration(seconds: 60),
    this.account,
    super.key,
  });

  /// Builds the form, again for each change in it.
  final Widget Function(BuildContext context, LoginCodeController form) builder;

  /// Called with a mounted context when the customer is signed in: by the code,
  /// or because somebody chose the number behind the mail's link.
  final void Function(BuildContext context, Customer customer)? onSuccess;

  /// What the e-mail field holds at first.
  final String email;

  /// How long after a mail the next one may be asked for.
  final Duration resendAfter;

  /// Instead of the scope's client.
  final DoorstepClient? account;

  @override
  Widget build(BuildContext context) => FormHost<LoginCodeController, bool>(
    account: account,
    create: (client) =>
        LoginCodeController(client, email: email, resendAfter: resendAfter),
    onSuccess: (context, form, isDone) {
      final customer = form.customer;
      if (!isDone || customer == null) {
        return form.focus('code').requestFocus();
      }
      if (form.needsPassword) TextInput.finishAutofillContext();
      onSuccess?.call(context, customer);
    },
    builder: builder,
  );
}

/// E-mail, then the code, with the number that lets this device in; ready to
/// use. Belongs where the policy's `loginCode` says that there is one.
class LoginCodeForm extends StatelessWidget {
  /// Takes the client of the scope above, or [account].
  const LoginCodeForm({
    this.onSuccess,
    this.onUsePassword,
    this.email = '',
    this.resendAfter = const Duration(seconds: 60),
    this.account,
    this.passwordMinLength = 8,
    super.key,
  });

  /// Called when the customer is signed in, unless the form is gone by then.
  final void Function(Customer customer)? onSuccess;

  /// Adds a button that goes to a `LoginForm`. Called with what the e-mail
  /// field holds.
  final void Function(String email)? onUsePassword;

  /// What the e-mail field holds at first.
  final String email;

  /// How long after a mail the next one may be asked for.
  final Duration resendAfter;

  /// Instead of the scope's client.
  final DoorstepClient? account;

  /// What the server's configuration says; only for the hint.
  final int passwordMinLength;

  @override
  Widget build(BuildContext context) => LoginCodeBuilder(
    account: account,
    email: email,
    resendAfter: resendAfter,
    onSuccess: (_, customer) => onSuccess?.call(customer),
    builder: (context, form) => form.asked == null
        ? FormColumn(
            form: form,
            button: DoorstepLocalizations.of(context).sendCode,
            fields: [AccountField.email(form)],
            actions: [?_usePassword(context, form)],
          )
        : _codeStep(context, form),
  );

  Widget _codeStep(BuildContext context, LoginCodeController form) {
    final texts = DoorstepLocalizations.of(context);
    return MailFormColumn(
      form: form,
      sent: texts.recoverySent,
      button: texts.logIn,
      fields: [
        if (form.number case final number?) LoginNumber(number),
        AccountField.email(form, isReadOnly: true),
        AccountField.code(form),
        if (form.needsPassword) ..._passwordOrNew(context, form),
      ],
      actions: [
        TextButton(
          style: buttonStyle,
          onPressed: form.startOver,
          child: Text(texts.otherAddress),
        ),
        ?_usePassword(context, form),
      ],
    );
  }

  List<Widget> _passwordOrNew(BuildContext context, LoginCodeController form) {
    final texts = DoorstepLocalizations.of(context);
    final isNew = form.usesNewPassword;
    return [
      NoteText(texts.passwordOrNew),
      if (isNew)
        AccountField.newPassword(
          form,
          'newPassword',
          minLength: passwordMinLength,
          label: (texts) => texts.newPassword,
          key: const ValueKey('newPassword'),
        )
      else
        AccountField.password(
          form,
          'password',
          key: const ValueKey('password'),
        ),
      TextButton(
        style: buttonStyle,
        onPressed: () => form.usesNewPassword = !isNew,
        child: Text(isNew ? texts.knowPassword : texts.useNewPassword),
      ),
    ];
  }

  Widget? _usePassword(BuildContext context, LoginCodeController form) =>
      switch (onUsePassword) {
        null => null,
        final go => TextButton(
          style: buttonStyle,
          onPressed: () => go(form.email.text.trim()),
          child: Text(
            DoorstepLocalizations.of(context).usePassword,
            textAlign: TextAlign.center,
          ),
        ),
      };
}
