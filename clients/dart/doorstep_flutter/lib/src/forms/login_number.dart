import 'package:flutter/material.dart';

import '../l10n/localizations.dart';

/// The number of a device that waits to be let in, large, with what to do with
/// it.
class LoginNumber extends StatelessWidget {
  /// Shows [number].
  const LoginNumber(this.number, {super.key});

  /// Two digits.
  final String number;

  @override
  Widget build(BuildContext context) {
    final texts = DoorstepLocalizations.of(context);
    final theme = Theme.of(context);
    final colors = theme.colorScheme;
    return DecoratedBox(
      decoration: BoxDecoration(
        color: colors.secondaryContainer,
        borderRadius: BorderRadius.circular(12),
      ),
      child: Padding(
        padding: const EdgeInsets.symmetric(horizontal: 16, vertical: 12),
        child: Column(
          crossAxisAlignment: CrossAxisAlignment.stretch,
          children: [
            Text(
              texts.loginWaits,
              style: TextStyle(color: colors.onSecondaryContainer),
            ),
            const SizedBox(height: 8),
            Text(
              number,
              semanticsLabel: texts.number(number),
              textAlign: TextAlign.center,
              style: theme.textTheme.displayLarge!.copyWith(
                color: colors.onSecondaryContainer,
                fontWeight: FontWeight.w600,
                fontFeatures: const [FontFeature.tabularFigures()],
              ),
            ),
          ],
        ),
      ),
    );
  }
}
