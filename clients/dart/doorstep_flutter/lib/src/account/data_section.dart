import 'dart:async';

import 'package:doorstep_client/doorstep_client.dart';
import 'package:flutter/material.dart';

import '../forms/account_field.dart';
import '../forms/account_form.dart';
import '../forms/parts.dart';
import '../forms/style.dart';
import '../forms/words.dart';
import '../l10n/localizations.dart';
import '../scope.dart';
import 'section.dart';
import 'section_form.dart';

/// The state of a form that deletes the account.
class DeletionController extends AccountForm<void> {
  /// An empty field.
  DeletionController(DoorstepClient client)
    : super(client, const ['currentPassword']);

  @override
  Future<Result<void>> send() =>
      client.deleteAccount(currentPassword: text('currentPassword'));
}

/// Gives the customer their data, and deletes the account.
class DataSection extends StatelessWidget {
  /// Without [onExport] there is no button to get the data.
  const DataSection({this.onExport, super.key});

  /// Saves or shares the export: how, is the app's matter.
  final void Function(Map<String, Object?> data)? onExport;

  @override
  Widget build(BuildContext context) {
    final texts = DoorstepLocalizations.of(context);
    return AccountSection(
      title: texts.yourData,
      children: [
        if (onExport case final onExport?) ...[
          Text(texts.exportAdvice),
          const SizedBox(height: 16),
          _Export(onExport: onExport),
          const Divider(height: 40),
        ],
        Text(texts.deleteAdvice),
        const SizedBox(height: 16),
        SectionForm<DeletionController, void>(
          create: DeletionController.new,
          button: texts.deleteAccount,
          isDangerous: true,
          fields: (form) => [
            AccountField.password(
              form,
              'currentPassword',
              label: (texts) => texts.deletePassword,
            ),
          ],
        ),
      ],
    );
  }
}

class _Export extends StatefulWidget {
  const _Export({required this.onExport});

  final void Function(Map<String, Object?> data) onExport;

  @override
  State<_Export> createState() => _ExportState();
}

class _ExportState extends State<_Export> {
  DoorstepError? _failure;

  Future<void> _get() async {
    final result = await DoorstepScope.read(context).exportData();
    if (!mounted) return;
    setState(() => _failure = result.error);
    if (result case Ok(:final value)) widget.onExport(value);
  }

  @override
  Widget build(BuildContext context) => Column(
    crossAxisAlignment: CrossAxisAlignment.start,
    children: [
      if (_failure case final failure?)
        FailureText(ErrorWords.of(context).failure(failure)),
      OutlinedButton(
        style: buttonStyle,
        onPressed: () => unawaited(_get()),
        child: Text(DoorstepLocalizations.of(context).exportData),
      ),
    ],
  );
}
