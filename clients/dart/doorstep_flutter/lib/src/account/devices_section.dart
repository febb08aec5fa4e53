import 'dart:async';

import 'package:doorstep_client/doorstep_client.dart';
import 'package:flutter/material.dart';

import '../forms/parts.dart';
import '../forms/style.dart';
import '../l10n/localizations.dart';
import '../scope.dart';
import 'account_list.dart';
import 'device_name.dart';
import 'list_view.dart';
import 'section.dart';

/// The devices that are logged in, and a way to end each.
class DevicesSection extends StatefulWidget {
  /// Belongs into an `AccountGate`.
  const DevicesSection({super.key});

  @override
  State<DevicesSection> createState() => _DevicesSectionState();
}

class _DevicesSectionState extends State<DevicesSection> {
  late final DoorstepClient _client = DoorstepScope.read(context);
  late final AccountList<DeviceSession> _list = AccountList(
    _client.sessions.list,
  );
  String? _note;

  @override
  void dispose() {
    _list.dispose();
    super.dispose();
  }

  Future<void> _end(Future<Result<void>> Function() call, String done) async {
    final result = await _list.change(call);
    if (!mounted) return;
    setState(() => _note = result is Ok ? done : null);
  }

  @override
  Widget build(BuildContext context) {
    final texts = DoorstepLocalizations.of(context);
    return AccountSection(
      title: texts.devices,
      advice: texts.devicesAdvice,
      children: [
        ListenableBuilder(
          listenable: _list,
          builder: (context, _) => Column(
            crossAxisAlignment: CrossAxisAlignment.stretch,
            children: [
              AccountListView(list: _list, entry: _entry),
              if (_note case final note?) NoteText(note),
              if (_list.items?.any((session) => !session.current) ?? false)
                Align(
                  alignment: AlignmentDirectional.centerStart,
                  child: OutlinedButton(
                    style: buttonStyle,
                    onPressed: () => unawaited(
                      _end(_client.sessions.endOthers, texts.othersEnded),
                    ),
                    child: Text(texts.endOthers),
                  ),
                ),
            ],
          ),
        ),
      ],
    );
  }

  Widget _entry(DeviceSession session) {
    final texts = DoorstepLocalizations.of(context);
    final times = MaterialLocalizations.of(context);
    final used = session.lastUsedAt.toLocal();
    final when =
        '${times.formatShortDate(used)}, '
        '${times.formatTimeOfDay(TimeOfDay.fromDateTime(used))}';
    final name = deviceName(session.device) ?? texts.unknownDevice;
    return AccountEntry(
      title: name,
      lines: [texts.lastUsed(when), ?session.network],
      tags: [if (session.current) texts.thisDevice],
      actions: [
        if (!session.current)
          (
            texts.end,
            texts.endThing(name),
            () => unawaited(
              _end(() => _client.sessions.end(session.id), texts.deviceEnded),
            ),
          ),
      ],
    );
  }
}
