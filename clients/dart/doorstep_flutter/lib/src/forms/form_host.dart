import 'package:doorstep_client/doorstep_client.dart';
import 'package:flutter/services.dart';
import 'package:flutter/widgets.dart';

import '../announce.dart';
import '../scope.dart';
import 'account_form.dart';
import 'words.dart';

/// Owns a form for as long as it is on the screen: makes it, gives it its
/// words, speaks its refusals, moves the focus, and disposes it.
class FormHost<F extends AccountForm<T>, T> extends StatefulWidget {
  /// [create] makes the form for the client of the scope above.
  const FormHost({
    required this.create,
    required this.onSuccess,
    required this.builder,
    this.account,
    this.isSavedByPasswordManagers = false,
    super.key,
  });

  /// Makes the form, once for each client.
  final F Function(DoorstepClient client) create;

  /// Called with a mounted context, never after this widget is gone.
  final void Function(BuildContext context, F form, T value) onSuccess;

  /// Builds the form, again for each change in it.
  final Widget Function(BuildContext context, F form) builder;

  /// Instead of the scope's client.
  final DoorstepClient? account;

  /// Whether a success is the moment to offer to save what was typed.
  final bool isSavedByPasswordManagers;

  @override
  State<FormHost<F, T>> createState() => _FormHostState<F, T>();
}

class _FormHostState<F extends AccountForm<T>, T>
    extends State<FormHost<F, T>> {
  F? _form;

  @override
  void didChangeDependencies() {
    super.didChangeDependencies();
    _adopt();
  }

  @override
  void didUpdateWidget(FormHost<F, T> old) {
    super.didUpdateWidget(old);
    _adopt();
  }

  void _adopt() {
    final client = widget.account ?? DoorstepScope.read(context);
    if (_form?.client != client) {
      _form?.dispose();
      _form = widget.create(client)..onResult = _hear;
    }
    _form!.words = ErrorWords.of(context);
  }

  void _hear(Result<T> result) {
    final form = _form!;
    switch (result) {
      case Ok(:final value):
        if (widget.isSavedByPasswordManagers) {
          TextInput.finishAutofillContext();
        }
        widget.onSuccess(context, form, value);
      case Failed():
        final refused = form.firstRefused;
        final said = refused == null ? form.formError : form.errorFor(refused);
        if (said != null) announce(context, said);
        if (refused != null) form.focus(refused).requestFocus();
    }
  }

  @override
  void dispose() {
    _form?.dispose();
    super.dispose();
  }

  @override
  Widget build(BuildContext context) => AutofillGroup(
    // A form that was left is nothing to save.
    onDisposeAction: AutofillContextAction.cancel,
    child: ListenableBuilder(
      listenable: _form!,
      builder: (context, _) => widget.builder(context, _form!),
    ),
  );
}
