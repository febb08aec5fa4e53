import 'dart:async';

import 'package:doorstep_client/doorstep_client.dart';
import 'package:flutter/material.dart';

import '../l10n/localizations.dart';
import '../scope.dart';
import 'style.dart';

/// Shows its child where the server sends mails: elsewhere there is neither
/// recovery nor verification.
class MailGate extends StatefulWidget {
  /// Asks the client of the scope above, or [account].
  const MailGate({required this.child, this.account, super.key});

  /// What needs mails.
  final Widget child;

  /// Instead of the scope's client.
  final DoorstepClient? account;

  @override
  State<MailGate> createState() => _MailGateState();
}

class _MailGateState extends State<MailGate> {
  DoorstepClient? _client;

  /// Null as long as the server has not said it.
  bool? _isSent;

  @override
  void didChangeDependencies() {
    super.didChangeDependencies();
    _look();
  }

  @override
  void didUpdateWidget(MailGate old) {
    super.didUpdateWidget(old);
    _look();
  }

  /// Asks again with each news of the session: without a network there was no
  /// answer.
  void _look() {
    final client = widget.account ?? DoorstepScope.of(context);
    if (client != _client) _isSent = null;
    _client = client;
    if (_isSent == null) unawaited(_ask(client));
  }

  Future<void> _ask(DoorstepClient client) async {
    final told = await client.policy();
    if (!mounted || client != _client) return;
    if (told case Ok(:final value)) {
      setState(() => _isSent = value.mail ?? false);
    }
  }

  @override
  Widget build(BuildContext context) =>
      _isSent ?? false ? widget.child : const SizedBox.shrink();
}

/// Leads to a `RecoveryForm`, where the server sends mails.
class ForgotPasswordButton extends StatelessWidget {
  /// Belongs below a login form.
  const ForgotPasswordButton({
    required this.onPressed,
    this.account,
    super.key,
  });

  /// Goes there.
  final VoidCallback onPressed;

  /// Instead of the scope's client.
  final DoorstepClient? account;

  @override
  Widget build(BuildContext context) => MailGate(
    account: account,
    child: TextButton(
      style: buttonStyle,
      onPressed: onPressed,
      child: Text(DoorstepLocalizations.of(context).forgotPassword),
    ),
  );
}
