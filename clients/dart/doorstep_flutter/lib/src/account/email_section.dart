import 'package:doorstep_client/doorstep_client.dart';
import 'package:flutter/material.dart';

import '../forms/email_change.dart';
import '../forms/mail_gate.dart';
import '../l10n/localizations.dart';
import 'section.dart';

/// Gives the account another e-mail address; nothing where the server sends no
/// mails.
class EmailSection extends StatelessWidget {
  /// Belongs into an `AccountGate`, which knows the customer.
  const EmailSection({required this.customer, super.key});

  /// Whose address it is.
  final Customer customer;

  @override
  Widget build(BuildContext context) {
    final texts = DoorstepLocalizations.of(context);
    return MailGate(
      child: AccountSection(
        title: texts.email,
        advice: texts.changeEmailAdvice(customer.email),
        children: const [EmailChangeForm()],
      ),
    );
  }
}
