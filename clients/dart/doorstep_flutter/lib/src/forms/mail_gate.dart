import 'dart:async';

import 'package:doorstep_client/doorstep_client.dart';
import 'package:flutter/material.dart';

import '../l10n/localizations.dart';
import '../scope.dart';
import 'style.dart';

/// Shows its child where the server sends mails: elsewhere there is neither
/// recovery nor verification nor another address.
class MailGate extends StatelessWidget {
  /// Asks the client of the scope above, or [account].
  const MailGate({required this.child, this.account, super.key});

  /// What needs mails.
  final Widget child;

  /// Instead of the scope's client.
  final DoorstepClient? account;

  @override
  Widget build(BuildContext context) => PolicyGate(
    account: account,
    isOpen: (policy) => policy.mail ?? false,
    child: child,
  );
}

/// Shows its child where the server's policy allows what it is for.
class PolicyGate extends StatefulWidget {
  /// Asks the client of the scope above, or [account].
  const PolicyGate({
    required this.isOpen,
    required this.child,
    this.account,
    super.key,
  });

  /// Whether the policy allows it.
  final bool Function(Policy policy) isOpen;

  /// What needs it.
  final Widget child;

  /// Instead of the scope's client.
  final DoorstepClient? account;

  @override
  State<PolicyGate> createState() => _PolicyGateState();
}

class _PolicyGateState extends State<PolicyGate> {
  DoorstepClient? _client;

  /// Null as long as the server has not said it.
  Policy? _policy;

  @override
  void didChangeDependencies() {
    super.didChangeDependencies();
    _look();
  }

  @override
  void didUpdateWidget(PolicyGate old) {
    super.didUpdateWidget(old);
    _look();
  }

  /// Asks again with each news of the session: without a network there was no
  /// answer.
  void _look() {
    final client = widget.account ?? DoorstepScope.of(context);
    if (client != _client) _policy = null;
    _client = client;
    if (_policy == null) unawaited(_ask(client));
  }

  Future<void> _ask(DoorstepClient client) async {
    final told = await client.policy();
    if (!mounted || client != _client) return;
    if (told case Ok(:final value)) setState(() => _policy = value);
  }

  @override
  Widget build(BuildContext context) => switch (_policy) {
    final policy? when widget.isOpen(policy) => widget.child,
    _ => const SizedBox.shrink(),
  };
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

/// Leads to a `LoginCodeForm`, where the server offers a login by mail.
class UseCodeButton extends StatelessWidget {
  /// Belongs below a login form.
  const UseCodeButton({required this.onPressed, this.account, super.key});

  /// Goes there.
  final VoidCallback onPressed;

  /// Instead of the scope's client.
  final DoorstepClient? account;

  @override
  Widget build(BuildContext context) => PolicyGate(
    account: account,
    isOpen: (policy) => policy.loginCode ?? false,
    child: TextButton(
      style: buttonStyle,
      onPressed: onPressed,
      child: Text(
        DoorstepLocalizations.of(context).useCode,
        textAlign: TextAlign.center,
      ),
    ),
  );
}
