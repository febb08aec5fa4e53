import 'package:flutter/foundation.dart';
import 'package:flutter/material.dart';

import '../announce.dart';
import '../l10n/localizations.dart';
import 'account_form.dart';
import 'style.dart';

/// Fields below each other, what concerns the whole form, and the button.
class FormColumn extends StatelessWidget {
  /// [button] is the button's text.
  const FormColumn({
    required this.form,
    required this.fields,
    required this.button,
    this.note,
    this.isDangerous = false,
    this.onCancel,
    this.actions = const [],
    super.key,
  });

  /// What the fields and the button belong to.
  final AccountForm<Object?> form;

  /// `AccountField`s, or anything between them.
  final List<Widget> fields;

  /// The text of the button.
  final String button;

  /// Something good to say, like "saved".
  final String? note;

  /// Paints the button as a warning.
  final bool isDangerous;

  /// Adds a button that leaves the form.
  final VoidCallback? onCancel;

  /// Further buttons, after the form's own.
  final List<Widget> actions;

  @override
  Widget build(BuildContext context) {
    final error = form.formError;
    return Column(
      crossAxisAlignment: CrossAxisAlignment.start,
      mainAxisSize: MainAxisSize.min,
      children: [
        for (final field in fields) ...[field, const SizedBox(height: 16)],
        // The host of the form announces it, for forms of your own too.
        if (error != null)
          FailureText(error, hint: form.failure?.hint, isSaid: true),
        if (note case final note?) NoteText(note),
        Wrap(
          spacing: 12,
          runSpacing: 8,
          children: [
            SubmitButton(form: form, text: button, isDangerous: isDangerous),
            if (onCancel case final cancel?)
              TextButton(
                onPressed: cancel,
                style: buttonStyle,
                child: Text(DoorstepLocalizations.of(context).cancel),
              ),
            ...actions,
          ],
        ),
      ],
    );
  }
}

/// The button of a form. It stays enabled during a call, so that it keeps the
/// keyboard's focus; pressing it again then does nothing.
class SubmitButton extends StatelessWidget {
  /// Submits [form].
  const SubmitButton({
    required this.form,
    required this.text,
    this.isDangerous = false,
    super.key,
  });

  /// What is submitted.
  final AccountForm<Object?> form;

  /// What the button says.
  final String text;

  /// Paints it as a warning.
  final bool isDangerous;

  @override
  Widget build(BuildContext context) {
    final colors = Theme.of(context).colorScheme;
    final danger = FilledButton.styleFrom(
      backgroundColor: colors.error,
      foregroundColor: colors.onError,
    );
    return FilledButton(
      onPressed: form.submit,
      style: isDangerous ? buttonStyle.merge(danger) : buttonStyle,
      child: form.busy
          ? Text(DoorstepLocalizations.of(context).oneMoment)
          : Text(text, textAlign: TextAlign.center),
    );
  }
}

/// What went wrong, read out when it appears.
class FailureText extends StatelessWidget {
  /// Shows [text].
  const FailureText(this.text, {this.hint, this.isSaid = false, super.key});

  /// For the customer.
  final String text;

  /// For the developer: shown in debug builds only.
  final String? hint;

  /// Whether somebody else announces it already.
  final bool isSaid;

  @override
  Widget build(BuildContext context) {
    final theme = Theme.of(context);
    final style = theme.textTheme.bodyMedium!.copyWith(
      color: theme.colorScheme.error,
    );
    return Padding(
      padding: const EdgeInsets.only(bottom: 16),
      child: Column(
        crossAxisAlignment: CrossAxisAlignment.start,
        children: [
          _Spoken(text, style, isSaid: isSaid),
          if (kDebugMode && hint != null)
            Text(hint!, style: theme.textTheme.bodySmall),
        ],
      ),
    );
  }
}

/// What went well, read out when it appears.
class NoteText extends StatelessWidget {
  /// Shows [text].
  const NoteText(this.text, {super.key});

  /// For the customer.
  final String text;

  @override
  Widget build(BuildContext context) => Padding(
    padding: const EdgeInsets.only(bottom: 16),
    child: _Spoken(text, Theme.of(context).textTheme.bodyMedium!),
  );
}

class _Spoken extends StatefulWidget {
  const _Spoken(this.text, this.style, {this.isSaid = false});

  final String text;
  final TextStyle style;

  /// Somebody else announces it.
  final bool isSaid;

  @override
  State<_Spoken> createState() => _SpokenState();
}

class _SpokenState extends State<_Spoken> {
  String? _said;

  void _say() {
    if (widget.isSaid || _said == widget.text) return;
    _said = widget.text;
    announce(context, widget.text);
  }

  @override
  void didChangeDependencies() {
    super.didChangeDependencies();
    _say();
  }

  @override
  void didUpdateWidget(_Spoken old) {
    super.didUpdateWidget(old);
    _say();
  }

  @override
  Widget build(BuildContext context) => Semantics(
    container: true,
    // Where announcements are made, a live region would say it twice.
    liveRegion: !MediaQuery.supportsAnnounceOf(context),
    child: Text(widget.text, style: widget.style),
  );
}
