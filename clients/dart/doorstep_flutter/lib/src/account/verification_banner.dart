import 'package:doorstep_client/doorstep_client.dart';
import 'package:flutter/material.dart';

import '../forms/mail_gate.dart';
import '../forms/parts.dart';
import '../forms/verification.dart';
import '../l10n/localizations.dart';
import '../scope.dart';
import 'section.dart';

/// Asks a customer whose address is not proven to do so; for everybody else it
/// is nothing, and where the server sends no mails.
class VerificationBanner extends StatefulWidget {
  /// Follows the session of the scope above.
  const VerificationBanner({super.key});

  @override
  State<VerificationBanner> createState() => _VerificationBannerState();
}

class _VerificationBannerState extends State<VerificationBanner> {
  /// Whom it was shown to: it stays to say that it is done.
  String? _shownTo;

  @override
  Widget build(BuildContext context) {
    final state = DoorstepScope.sessionOf(context);
    if (state is! SignedIn) return const SizedBox.shrink();
    final Customer(:id, :email, :emailVerified, :emailUndeliverable) =
        state.customer;
    if (!emailVerified) _shownTo = id;
    if (_shownTo != id) return const SizedBox.shrink();
    final texts = DoorstepLocalizations.of(context);
    return MailGate(
      child: AccountSection(
        title: texts.confirmEmail,
        advice: emailVerified ? null : texts.confirmAdvice(email),
        children: [
          if (!emailVerified && (emailUndeliverable ?? false))
            FailureText(texts.emailUndeliverable(email)),
          VerificationForm(key: ValueKey(id)),
        ],
      ),
    );
  }
}
