import 'package:doorstep_client/doorstep_client.dart';
import 'package:flutter/material.dart';

import '../l10n/localizations.dart';
import 'account_field.dart';
import 'form_host.dart';
import 'mail_form.dart';
import 'parts.dart';

/// The state of a form that proves the address of whoever is signed in: it asks
/// for a mail, then for its code.
class VerificationController extends MailForm {
  /// [VerificationBuilder] makes one; make your own for a form outside a widget.
  VerificationController(DoorstepClient client, {super.resendAfter})
    : super(client, const ['code']) {
    client.session.addListener(notifyListeners);
  }

  /// The text of the code field.
  TextEditingController get code => controller('code');

  /// Whether the address is proven: here, or by the mail's link.
  bool get isVerified => switch (client.session.value) {
    SignedIn(:final customer) => customer.emailVerified,
    _ => confirmed != null,
  };

  @override
  Future<Result<MailAsked>> ask() => client.requestVerification();

  @override
  Future<Result<Confirmed>> confirm(String request) =>
      client.confirmVerification(request: request, code: code.text);

  @override
  void dispose() {
    client.session.removeListener(notifyListeners);
    super.dispose();
  }
}

/// A form that proves the customer's address, in your own widgets.
class VerificationBuilder extends StatelessWidget {
  /// Takes the client of the scope above, or [account].
  const VerificationBuilder({
    required this.builder,
    this.onSuccess,
    this.resendAfter = const Duration(seconds: 60),
    this.account,
    super.key,
  });

  /// Builds the form, again for each change in it.
  final Widget Function(BuildContext context, VerificationController form)
  builder;

  /// Called with a mounted context when the code was right.
  final void Function(BuildContext context)? onSuccess;

  /// How long after a mail the next one may be asked for.
  final Duration resendAfter;

  /// Instead of the scope's client.
  final DoorstepClient? account;

  @override
  Widget build(BuildContext context) => FormHost<VerificationController, bool>(
    account: account,
    create: (client) =>
        VerificationController(client, resendAfter: resendAfter),
    onSuccess: (context, form, isDone) =>
        isDone ? onSuccess?.call(context) : form.focus('code').requestFocus(),
    builder: builder,
  );
}

/// A button that asks for a mail, then a field for its code; ready to use.
/// Belongs where somebody is signed in.
class VerificationForm extends StatelessWidget {
  /// Takes the client of the scope above, or [account].
  const VerificationForm({
    this.onSuccess,
    this.resendAfter = const Duration(seconds: 60),
    this.account,
    super.key,
  });

  /// Called when the code was right, unless the form is gone by then.
  final VoidCallback? onSuccess;

  /// How long after a mail the next one may be asked for.
  final Duration resendAfter;

  /// Instead of the scope's client.
  final DoorstepClient? account;

  @override
  Widget build(BuildContext context) => VerificationBuilder(
    account: account,
    resendAfter: resendAfter,
    onSuccess: (_) => onSuccess?.call(),
    builder: (context, form) {
      final texts = DoorstepLocalizations.of(context);
      if (form.isVerified) return NoteText(texts.emailVerified);
      return switch (form.asked) {
        null => FormColumn(
          form: form,
          button: texts.sendCode,
          fields: const [],
        ),
        _ => MailFormColumn(
          form: form,
          sent: texts.verificationSent,
          button: texts.confirm,
          fields: [AccountField.code(form)],
        ),
      };
    },
  );
}
