import 'package:doorstep_client/doorstep_client.dart';
import 'package:flutter/material.dart';

import '../l10n/localizations.dart';
import 'account_field.dart';
import 'form_host.dart';
import 'mail_form.dart';
import 'parts.dart';
import 'style.dart';

/// The state of a form that gives the account another address: the new one and
/// the password first, then the code of the mail to it.
class EmailChangeController extends MailForm {
  /// [EmailChangeBuilder] makes one; make your own for a form outside a widget.
  EmailChangeController(DoorstepClient client, {super.resendAfter})
    : super(client, const ['newEmail', 'password', 'code']);

  /// The text of the field for the new address.
  TextEditingController get newEmail => controller('newEmail');

  /// The text of the password field.
  TextEditingController get password => controller('password');

  /// The text of the code field.
  TextEditingController get code => controller('code');

  @override
  bool isLast(String name) => name == (asked == null ? 'password' : 'code');

  @override
  Future<Result<MailAsked>> ask() =>
      client.changeEmail(newEmail: newEmail.text, password: password.text);

  @override
  Future<Result<Confirmed>> confirm(String request) =>
      client.confirmEmailChange(request: request, code: code.text);

  @override
  void startOver() {
    if (canSubmit) password.clear();
    super.startOver();
  }
}

/// A form for another address, in your own widgets.
class EmailChangeBuilder extends StatelessWidget {
  /// Takes the client of the scope above, or [account].
  const EmailChangeBuilder({
    required this.builder,
    this.onSuccess,
    this.resendAfter = const Duration(seconds: 60),
    this.account,
    super.key,
  });

  /// Builds the form, again for each change in it.
  final Widget Function(BuildContext context, EmailChangeController form)
  builder;

  /// Called with a mounted context when the account has the new address.
  final void Function(BuildContext context, String email)? onSuccess;

  /// How long after a mail the next one may be asked for.
  final Duration resendAfter;

  /// Instead of the scope's client.
  final DoorstepClient? account;

  @override
  Widget build(BuildContext context) => FormHost<EmailChangeController, bool>(
    account: account,
    create: (client) => EmailChangeController(client, resendAfter: resendAfter),
    onSuccess: (context, form, isDone) => isDone
        ? onSuccess?.call(context, form.newEmail.text.trim())
        : form.focus('code').requestFocus(),
    builder: builder,
  );
}

/// New address and password, then the code; ready to use. Belongs where
/// somebody is signed in.
class EmailChangeForm extends StatelessWidget {
  /// Takes the client of the scope above, or [account].
  const EmailChangeForm({
    this.onSuccess,
    this.resendAfter = const Duration(seconds: 60),
    this.account,
    super.key,
  });

  /// Called with the new address when the account has it, unless the form is
  /// gone by then.
  final void Function(String email)? onSuccess;

  /// How long after a mail the next one may be asked for.
  final Duration resendAfter;

  /// Instead of the scope's client.
  final DoorstepClient? account;

  @override
  Widget build(BuildContext context) => EmailChangeBuilder(
    account: account,
    resendAfter: resendAfter,
    onSuccess: (_, email) => onSuccess?.call(email),
    builder: (context, form) {
      final texts = DoorstepLocalizations.of(context);
      if (form.confirmed case final confirmed?) {
        return NoteText(form.words.note(confirmed.message, texts.emailChanged));
      }
      return switch (form.asked) {
        null => FormColumn(
          form: form,
          button: texts.changeEmail,
          fields: [_newEmail(form), AccountField.password(form, 'password')],
        ),
        _ => MailFormColumn(
          form: form,
          sent: texts.emailChangeSent,
          button: texts.confirm,
          fields: [_newEmail(form, isReadOnly: true), AccountField.code(form)],
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

  static Widget _newEmail(
    EmailChangeController form, {
    bool isReadOnly = false,
  }) => AccountField(
    form: form,
    name: 'newEmail',
    label: (texts) => texts.newEmail,
    hints: const [AutofillHints.newUsername, AutofillHints.email],
    keyboard: TextInputType.emailAddress,
    isLeftToRight: true,
    isReadOnly: isReadOnly,
  );
}
