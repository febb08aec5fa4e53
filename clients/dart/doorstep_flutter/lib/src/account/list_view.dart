import 'package:flutter/material.dart';

import '../forms/parts.dart';
import '../forms/style.dart';
import '../forms/words.dart';
import '../l10n/localizations.dart';
import 'account_list.dart';

/// Shows an [AccountList]: its entries, what went wrong, or that it is coming.
class AccountListView<T> extends StatelessWidget {
  /// [entry] builds one item.
  const AccountListView({
    required this.list,
    required this.entry,
    this.empty,
    super.key,
  });

  /// What is shown.
  final AccountList<T> list;

  /// Builds one item.
  final Widget Function(T item) entry;

  /// What to say when there is none.
  final String? empty;

  @override
  Widget build(BuildContext context) {
    final texts = DoorstepLocalizations.of(context);
    final failure = list.failure;
    return Column(
      crossAxisAlignment: CrossAxisAlignment.stretch,
      children: [
        if (failure != null) ...[
          FailureText(ErrorWords.of(context).failure(failure)),
          Align(
            alignment: AlignmentDirectional.centerStart,
            child: OutlinedButton(
              style: buttonStyle,
              onPressed: list.reload,
              child: Text(texts.tryAgain),
            ),
          ),
        ],
        ...switch (list.items) {
          null => [if (failure == null) NoteText(texts.oneMoment)],
          [] => [if (empty case final empty?) NoteText(empty)],
          final List<T> items => items.map(entry),
        },
      ],
    );
  }
}

/// One entry of a list: what it is, and what can be done with it.
class AccountEntry extends StatelessWidget {
  /// [lines] stand below [title].
  const AccountEntry({
    required this.title,
    required this.lines,
    this.tags = const [],
    this.actions = const [],
    super.key,
  });

  /// What it is.
  final String title;

  /// More about it.
  final List<String> lines;

  /// Marks, such as "this device".
  final List<String> tags;

  /// What can be done: the button's text, the same for screen readers, and what
  /// it does.
  final List<(String text, String spoken, VoidCallback action)> actions;

  @override
  Widget build(BuildContext context) {
    final theme = Theme.of(context);
    return Padding(
      padding: const EdgeInsets.only(bottom: 16),
      child: Column(
        crossAxisAlignment: CrossAxisAlignment.stretch,
        children: [
          Text(title, style: theme.textTheme.titleMedium),
          for (final line in lines) Text(line),
          for (final tag in tags)
            Text(
              tag,
              style: theme.textTheme.labelLarge!.copyWith(
                color: theme.colorScheme.primary,
              ),
            ),
          Wrap(
            spacing: 4,
            children: [
              for (final (text, spoken, action) in actions)
                TextButton(
                  style: buttonStyle,
                  onPressed: action,
                  child: Text(text, semanticsLabel: spoken),
                ),
            ],
          ),
        ],
      ),
    );
  }
}
