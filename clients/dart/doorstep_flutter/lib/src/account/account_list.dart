import 'package:doorstep_client/doorstep_client.dart';
import 'package:flutter/foundation.dart';

/// A list that belongs to the customer, read again after each change made
/// through it.
class AccountList<T> extends ChangeNotifier {
  /// Reads it at once.
  AccountList(this._load) {
    reload();
  }

  final Future<Result<List<T>>> Function() _load;
  int _newest = 0;
  bool _isDisposed = false;

  /// Null until the first answer.
  List<T>? get items => _items;
  List<T>? _items;

  /// Why the last call did not succeed.
  DoorstepError? get failure => _failure;
  DoorstepError? _failure;

  /// Reads the list.
  Future<void> reload() async {
    final mine = ++_newest;
    final result = await _load();
    // An overtaken answer is not shown.
    if (_isDisposed || mine != _newest) return;
    if (result case Ok(:final value)) _items = value;
    _failure = result.error;
    notifyListeners();
  }

  /// Makes a change, then reads the list again.
  Future<Result<R>> change<R>(Future<Result<R>> Function() run) async {
    final result = await run();
    if (_isDisposed) return result;
    if (result is Ok) {
      await reload();
    } else {
      _failure = result.error;
      notifyListeners();
    }
    return result;
  }

  @override
  void dispose() {
    _isDisposed = true;
    super.dispose();
  }
}
