import 'package:doorstep_client/doorstep_client.dart';
import 'package:flutter/material.dart';

import '../forms/parts.dart';
import '../forms/style.dart';
import '../forms/words.dart';
import '../l10n/localizations.dart';
import '../scope.dart';
import 'activity.dart';
import 'list_view.dart';
import 'section.dart';

/// What has happened to the account, newest first.
class ActivitySection extends StatefulWidget {
  /// Belongs into an `AccountGate`.
  const ActivitySection({super.key});

  @override
  State<ActivitySection> createState() => _ActivitySectionState();
}

class _ActivitySectionState extends State<ActivitySection> {
  Activity? _activity;

  @override
  void didChangeDependencies() {
    super.didChangeDependencies();
    final client = DoorstepScope.read(context);
    final language = DoorstepLocalizations.of(context).languageCode;
    final isSame =
        _activity?.client == client && _activity?.language == language;
    if (isSame) return;
    _activity?.dispose();
    _activity = Activity(client, language: language);
  }

  @override
  void dispose() {
    _activity?.dispose();
    super.dispose();
  }

  @override
  Widget build(BuildContext context) {
    final texts = DoorstepLocalizations.of(context);
    final activity = _activity!;
    return AccountSection(
      title: texts.activity,
      advice: texts.activityAdvice,
      children: [
        ListenableBuilder(
          listenable: activity,
          builder: (context, _) => Column(
            crossAxisAlignment: CrossAxisAlignment.stretch,
            children: [
              ...switch (activity.events) {
                null when activity.failure == null => [
                  NoteText(texts.oneMoment),
                ],
                [] when !activity.hasMore => [NoteText(texts.noActivity)],
                final events => [
                  for (final event in events ?? const <SecurityEvent>[])
                    _entry(context, event),
                ],
              },
              if (activity.failure case final failure?)
                FailureText(ErrorWords.of(context).failure(failure)),
              if (_button(activity) case (final text, final action))
                Align(
                  alignment: AlignmentDirectional.centerStart,
                  child: OutlinedButton(
                    style: buttonStyle,
                    onPressed: action,
                    child: Text(text),
                  ),
                ),
            ],
          ),
        ),
      ],
    );
  }

  (String, VoidCallback)? _button(Activity activity) {
    final texts = DoorstepLocalizations.of(context);
    if (activity.events == null && activity.failure != null) {
      return (texts.tryAgain, activity.reload);
    }
    return activity.hasMore ? (texts.showMore, activity.more) : null;
  }

  Widget _entry(BuildContext context, SecurityEvent event) {
    final times = MaterialLocalizations.of(context);
    final at = event.at.toLocal();
    final from = [?event.device, ?event.network].join(' · ');
    return MergeSemantics(
      child: AccountEntry(
        title: event.message,
        lines: [
          '${times.formatShortDate(at)}, '
              '${times.formatTimeOfDay(TimeOfDay.fromDateTime(at))}',
          if (from.isNotEmpty) from,
        ],
      ),
    );
  }
}
