import 'dart:async';

import 'package:doorstep_client/doorstep_client.dart';
import 'package:flutter/material.dart';

import '../forms/login.dart';
import '../forms/login_code.dart';
import '../forms/parts.dart';
import '../forms/style.dart';
import '../forms/words.dart';
import '../l10n/localizations.dart';
import '../scope.dart';

/// Shows its content to a customer who is signed in, and says so when what it
/// shows may be out of date. Everybody else sees a login form, by password or by
/// mail.
class AccountGate extends StatelessWidget {
  /// Follows the session of the scope above.
  const AccountGate({
    required this.builder,
    this.signedOut,
    this.onForgotPassword,
    super.key,
  });

  /// Builds the content; it is built anew for another customer.
  final Widget Function(BuildContext context, Customer customer) builder;

  /// Instead of the login form.
  final WidgetBuilder? signedOut;

  /// See [LoginForm.onForgotPassword].
  final void Function(String email)? onForgotPassword;

  @override
  Widget build(BuildContext context) {
    final state = DoorstepScope.sessionOf(context);
    return switch (state) {
      SignedIn(:final customer, :final stale, :final error) => Column(
        crossAxisAlignment: CrossAxisAlignment.stretch,
        mainAxisSize: MainAxisSize.min,
        children: [
          if (stale && error != null) _Doubt(error: error),
          KeyedSubtree(
            key: ValueKey(customer.id),
            child: builder(context, customer),
          ),
        ],
      ),
      SignedOut(:final reason) =>
        signedOut?.call(context) ??
            _SignedOut(reason: reason, onForgotPassword: onForgotPassword),
      Restoring(:final error) => _Waiting(error: error),
    };
  }
}

class _Doubt extends StatelessWidget {
  const _Doubt({required this.error});

  final DoorstepError error;

  @override
  Widget build(BuildContext context) {
    final colors = Theme.of(context).colorScheme;
    final text = error.isTemporary
        ? DoorstepLocalizations.of(context).offline
        : ErrorWords.of(context).failure(error);
    return Padding(
      padding: const EdgeInsets.only(bottom: 16),
      child: Semantics(
        container: true,
        liveRegion: true,
        child: DecoratedBox(
          decoration: BoxDecoration(
            color: colors.tertiaryContainer,
            borderRadius: BorderRadius.circular(8),
          ),
          child: Padding(
            padding: const EdgeInsets.all(12),
            child: Text(
              text,
              style: TextStyle(color: colors.onTertiaryContainer),
            ),
          ),
        ),
      ),
    );
  }
}

class _SignedOut extends StatefulWidget {
  const _SignedOut({required this.reason, required this.onForgotPassword});

  final SignedOutReason reason;
  final void Function(String email)? onForgotPassword;

  @override
  State<_SignedOut> createState() => _SignedOutState();
}

class _SignedOutState extends State<_SignedOut> {
  bool _isByCode = false;

  /// What was typed goes along.
  String _email = '';

  void _switch(String email) => setState(() {
    _isByCode = !_isByCode;
    _email = email;
  });

  @override
  Widget build(BuildContext context) {
    final texts = DoorstepLocalizations.of(context);
    return Column(
      crossAxisAlignment: CrossAxisAlignment.stretch,
      mainAxisSize: MainAxisSize.min,
      children: [
        NoteText(switch (widget.reason) {
          SignedOutReason.sessionEnded ||
          SignedOutReason.storageLost => texts.sessionEnded,
          SignedOutReason.accountDeleted => texts.accountDeleted,
          SignedOutReason.visitor ||
          SignedOutReason.loggedOut => texts.notLoggedIn,
        }),
        if (_isByCode)
          LoginCodeForm(email: _email, onUsePassword: _switch)
        else
          LoginForm(
            email: _email,
            onForgotPassword: widget.onForgotPassword,
            onUseCode: _switch,
          ),
      ],
    );
  }
}

class _Waiting extends StatelessWidget {
  const _Waiting({required this.error});

  final DoorstepError? error;

  @override
  Widget build(BuildContext context) {
    final texts = DoorstepLocalizations.of(context);
    final error = this.error;
    if (error == null) return NoteText(texts.lookingForAccount);
    return Column(
      crossAxisAlignment: CrossAxisAlignment.start,
      mainAxisSize: MainAxisSize.min,
      children: [
        FailureText(ErrorWords.of(context).failure(error), hint: error.hint),
        FilledButton(
          style: buttonStyle,
          onPressed: () => unawaited(DoorstepScope.read(context).refresh()),
          child: Text(texts.tryAgain),
        ),
      ],
    );
  }
}
