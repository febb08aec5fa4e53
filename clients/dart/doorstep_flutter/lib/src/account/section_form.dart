import 'package:doorstep_client/doorstep_client.dart';
import 'package:flutter/material.dart';

import '../forms/account_form.dart';
import '../forms/form_host.dart';
import '../forms/parts.dart';

/// A form of the account page: after a success it says so.
class SectionForm<F extends AccountForm<T>, T> extends StatefulWidget {
  /// [create] makes the form, [fields] its fields.
  const SectionForm({
    required this.create,
    required this.fields,
    required this.button,
    this.done,
    this.onSuccess,
    this.onCancel,
    this.isDangerous = false,
    this.isSavedByPasswordManagers = false,
    super.key,
  });

  /// Makes the form, once for each client.
  final F Function(DoorstepClient client) create;

  /// What stands above the button.
  final List<Widget> Function(F form) fields;

  /// The text of the button.
  final String button;

  /// What to say after a success.
  final String? done;

  /// Called after a success, with the form that had it.
  final void Function(F form, T value)? onSuccess;

  /// Adds a button that leaves the form.
  final VoidCallback? onCancel;

  /// Paints the button as a warning.
  final bool isDangerous;

  /// Whether a success is the moment to offer to save what was typed.
  final bool isSavedByPasswordManagers;

  @override
  State<SectionForm<F, T>> createState() => _SectionFormState<F, T>();
}

class _SectionFormState<F extends AccountForm<T>, T>
    extends State<SectionForm<F, T>> {
  bool _isDone = false;

  @override
  Widget build(BuildContext context) => FormHost<F, T>(
    create: widget.create,
    isSavedByPasswordManagers: widget.isSavedByPasswordManagers,
    onSuccess: (context, form, value) {
      setState(() => _isDone = true);
      widget.onSuccess?.call(form, value);
    },
    builder: (context, form) => FormColumn(
      form: form,
      fields: widget.fields(form),
      button: widget.button,
      isDangerous: widget.isDangerous,
      onCancel: widget.onCancel,
      // Said until the next call fails or is made.
      note: _isDone && !form.busy && form.failure == null ? widget.done : null,
    ),
  );
}
