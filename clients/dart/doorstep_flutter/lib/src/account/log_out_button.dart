import 'dart:async';

import 'package:doorstep_client/doorstep_client.dart';
import 'package:flutter/material.dart';

import '../forms/parts.dart';
import '../forms/style.dart';
import '../forms/words.dart';
import '../l10n/localizations.dart';
import '../scope.dart';

/// Logs out, and says so when the server could not be told.
class LogOutButton extends StatefulWidget {
  /// For anywhere below the scope.
  const LogOutButton({super.key});

  @override
  State<LogOutButton> createState() => _LogOutButtonState();
}

class _LogOutButtonState extends State<LogOutButton> {
  DoorstepError? _failure;

  Future<void> _logOut() async {
    final result = await DoorstepScope.read(context).logout();
    if (mounted) setState(() => _failure = result.error);
  }

  @override
  Widget build(BuildContext context) => Column(
    crossAxisAlignment: CrossAxisAlignment.start,
    mainAxisSize: MainAxisSize.min,
    children: [
      if (_failure case final failure?)
        FailureText(ErrorWords.of(context).failure(failure)),
      OutlinedButton(
        style: buttonStyle,
        onPressed: () => unawaited(_logOut()),
        child: Text(DoorstepLocalizations.of(context).logOut),
      ),
    ],
  );
}
