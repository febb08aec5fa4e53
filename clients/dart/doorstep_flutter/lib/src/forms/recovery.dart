import 'package:doorstep_client/doorstep_client.dart';
import 'package:flutter/material.dart';
import 'package:flutter/services.dart';

import '../l10n/localizations.dart';
import 'account_field.dart';
import 'form_host.dart';
import 'mail_form.dart';
import 'parts.dart';
import 'style.dart';

/// The state of a form for a forgotten password: the e-mail first, then the
/// mail's code and a new password.
class RecoveryController extends MailForm {
  /// [RecoveryBuilder] makes one; make your own for a form outside a widget.
  RecoveryController(
    DoorstepClient client, {
    String email = '',
    super.resendAfter,
  }) : super(
         client,
         const ['email', 'code', 'newPassword'],
         initial: {'email': email},
       );

  /// The text of the e-mail field.
  TextEditingController get email => controller('email');

  /// The text of the code field.
  TextEditingController get code => controller('code');

  /// The text of the field for the new password.
  TextEditingController get newPassword => controller('newPassword');

  @override
  bool isLast(String name) => name == (asked == null ? 'email' : 'newPassword');

  @override
  Future<Result<MailAsked>> ask() => client.requestRecovery(email: email.text);

  @override
  Future<Result<Confirmed>> confirm(String request) => client.confirmRecovery(
    request: request,
    code: code.text,
    newPassword: newPassword.text,
  );
}

/// A form for a forgotten password in your own widgets.
///
/// ```dart
/// RecoveryBuilder(
///   onSuccess: (context, email) => context.go('/login'),
///   builder: (context, form) => form.asked == null
///       ? MyEmailStep(form.email, onPressed: form.submit)
///       : MyCodeStep(form.code, form.newPassword, onPressed: form.submit),
/// )
/// ```
class RecoveryBuilder extends StatelessWidget {
  /// Takes the client of the scope above, or [account].
  const RecoveryBuilder({
    required this.builder,
    this.onSuccess,
    this.email = '',
    this.resendAfter = const Duration(seconds: 60),
    this.account,
    super.key,
  });

  /// Builds the form, again for each change in it.
  final Widget Function(BuildContext context, RecoveryController form) builder;

  /// Called with a mounted context when the password is changed: log in with
  /// the e-mail, and it.
  final void Function(BuildContext context, String email)? onSuccess;

  /// What the e-mail field holds at first.
  final String email;

  /// How long after a mail the next one may be asked for.
  final Duration resendAfter;

  /// Instead of the scope's client.
  final DoorstepClient? account;

  @override
  Widget build(BuildContext context) => FormHost<RecoveryController, bool>(
    account: account,
    create: (client) =>
        RecoveryController(client, email: email, resendAfter: resendAfter),
    onSuccess: (context, form, isDone) {
      if (!isDone) return form.focus('code').requestFocus();
      TextInput.finishAutofillContext();
      onSuccess?.call(context, form.email.text.trim());
    },
    builder: builder,
  );
}

/// E-mail, then code and new password, ready to use.
class RecoveryForm extends StatelessWidget {
  /// Takes the client of the scope above, or [account].
  const RecoveryForm({
    this.onSuccess,
    this.email = '',
    this.resendAfter = const Duration(seconds: 60),
    this.account,
    this.passwordMinLength = 8,
    super.key,
  });

  /// Called with the e-mail when the password is changed, unless the form is
  /// gone by then.
  final void Function(String email)? onSuccess;

  /// What the e-mail field holds at first.
  final String email;

  /// How long after a mail the next one may be asked for.
  final Duration resendAfter;

  /// Instead of the scope's client.
  final DoorstepClient? account;

  /// What the server's configuration says; only for the hint.
  final int passwordMinLength;

  @override
  Widget build(BuildContext context) => RecoveryBuilder(
    account: account,
    email: email,
    resendAfter: resendAfter,
    onSuccess: (_, email) => onSuccess?.call(email),
    builder: (context, form) {
      final texts = DoorstepLocalizations.of(context);
      if (form.confirmed case final confirmed?) {
        return NoteText(
          form.words.note(confirmed.message, texts.passwordRecovered),
        );
      }
      return switch (form.asked) {
        null => FormColumn(
          form: form,
          button: texts.sendCode,
          fields: [AccountField.email(form)],
        ),
        _ => MailFormColumn(
          form: form,
          sent: texts.recoverySent,
          button: texts.savePassword,
          fields: [
            AccountField.email(form, isReadOnly: true),
            AccountField.code(form),
            AccountField.newPassword(
              form,
              'newPassword',
              minLength: passwordMinLength,
              label: (texts) => texts.newPassword,
            ),
          ],
          actions: [
            TextButton(
              style: buttonStyle,
              onPressed: form.startOver,
              child: Text(texts.otherAddress),
            ),
          ],
        ),
      };
    },
  );
}
