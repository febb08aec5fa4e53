import 'package:flutter/material.dart';

/// A part of the account page: a heading and what belongs to it.
class AccountSection extends StatelessWidget {
  /// A card with [title].
  const AccountSection({
    required this.title,
    required this.children,
    this.advice,
    super.key,
  });

  /// The heading.
  final String title;

  /// A sentence below it.
  final String? advice;

  /// The content.
  final List<Widget> children;

  @override
  Widget build(BuildContext context) {
    final theme = Theme.of(context).textTheme;
    return Card(
      margin: const EdgeInsets.only(bottom: 16),
      child: Padding(
        padding: const EdgeInsets.all(20),
        child: Column(
          crossAxisAlignment: CrossAxisAlignment.stretch,
          children: [
            Semantics(
              header: true,
              child: Text(title, style: theme.titleLarge),
            ),
            const SizedBox(height: 8),
            if (advice case final advice?) ...[
              Text(advice),
              const SizedBox(height: 16),
            ],
            ...children,
          ],
        ),
      ),
    );
  }
}
