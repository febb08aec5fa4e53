import 'package:doorstep_client/doorstep_client.dart';
import 'package:flutter/widgets.dart';

import 'words.dart';

/// What a form's fields hold, whether a call is under way, and what was wrong
/// with the last one.
///
/// A form sends one call at a time, however often the button is pressed, and
/// ignores an answer that comes when it is disposed.
abstract class AccountForm<T> extends ChangeNotifier {
  /// A form with [fields], in the order in which they stand on the screen.
  AccountForm(
    this.client,
    List<String> fields, [
    Map<String, String> initial = const {},
  ]) {
    for (final name in fields) {
      final field = _fields[name] = _Field(initial[name] ?? '');
      field.controller.addListener(() => _edited(name, field));
    }
  }

  /// Where the form is sent.
  final DoorstepClient client;

  /// Who is told each outcome, as long as the form lives.
  void Function(Result<T> result)? onResult;

  /// The sentences for errors; the widgets keep them in the app's language.
  ErrorWords words = const ErrorWords();

  final Map<String, _Field> _fields = {};
  Set<String> _settled = {};

  /// Whether the form is gone: its fields are no more.
  @protected
  bool get isDisposed => _isDisposed;
  bool _isDisposed = false;

  /// Whether a call is under way.
  bool get busy => _busy;
  bool _busy = false;

  /// Why the last call did not succeed.
  DoorstepError? get failure => _failure;
  DoorstepError? _failure;

  /// For a button that is disabled while a call is under way.
  bool get canSubmit => !_busy && !_isDisposed;

  /// The text of a field.
  TextEditingController controller(String name) => _fields[name]!.controller;

  /// The focus of a field; the kit moves it to the first refused one.
  FocusNode focus(String name) => _fields[name]!.focus;

  /// What the field holds.
  String text(String name) => controller(name).text;

  /// Whether the field is the one after which the form is sent.
  bool isLast(String name) => name == _fields.keys.last;

  /// Why the field was refused; null once it was edited.
  String? errorFor(String name) {
    final problem = _failure?.fields[name];
    if (problem == null || _settled.contains(name)) return null;
    return words.sentence(problem.code, problem.message);
  }

  /// What concerns the form as a whole.
  String? get formError {
    final failure = _failure;
    if (failure == null || _fields.keys.any(failure.fields.containsKey)) {
      return null;
    }
    return words.failure(failure);
  }

  /// The first field that was refused.
  String? get firstRefused => _fields.keys
      .where((name) => _failure?.fields.containsKey(name) ?? false)
      .firstOrNull;

  /// Makes the call.
  @protected
  Future<Result<T>> send();

  /// Sends what the fields hold. Null when a call is under way already, or when
  /// the form was disposed meanwhile.
  Future<Result<T>?> submit() async {
    if (!canSubmit) return null;
    _busy = true;
    _failure = null;
    _settled = {};
    notifyListeners();
    Result<T>? result;
    try {
      result = await send();
    } finally {
      // Also when `send` throws: a form that stays busy would be lost.
      if (!_isDisposed) _finish(result);
    }
    return _isDisposed ? null : result;
  }

  /// Shows what went wrong without a call of this form, as a call would.
  @protected
  void fail(DoorstepError error) {
    if (_isDisposed) return;
    _failure = error;
    _settled = {};
    notifyListeners();
    onResult?.call(Failed(error));
  }

  /// Forgets what was wrong, for a form that goes on with other fields.
  @protected
  void clearFailure() => _failure = null;

  void _finish(Result<T>? result) {
    _busy = false;
    if (result case Failed(:final error)) _failure = error;
    notifyListeners();
    if (result != null) onResult?.call(result);
  }

  void _edited(String name, _Field field) {
    // A controller also speaks when only the cursor moved.
    if (field.last == field.controller.text) return;
    field.last = field.controller.text;
    if (errorFor(name) == null) return;
    _settled.add(name);
    notifyListeners();
  }

  @override
  void dispose() {
    _isDisposed = true;
    for (final field in _fields.values) {
      field.controller.dispose();
      field.focus.dispose();
    }
    super.dispose();
  }
}

class _Field {
  _Field(this.last) : controller = TextEditingController(text: last);

  final TextEditingController controller;
  final FocusNode focus = FocusNode();
  String last;
}
