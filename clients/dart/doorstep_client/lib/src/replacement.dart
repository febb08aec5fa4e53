import 'dart:async';

import 'http.dart';

/// What came of a change of password: another session, a refusal, or no
/// decision yet, so that it can be asked for again.
enum Replaced { yes, no, undecided }

/// A change of password that is on its way. The old session may have ended by
/// it already: a refusal that another call meets meanwhile waits for its outcome.
final class Replacement {
  Replacement(this.call);

  final Call call;
  final _outcome = Completer<Replaced>();

  Future<Replaced> get outcome => _outcome.future;

  void settle(Replaced outcome) {
    if (!_outcome.isCompleted) _outcome.complete(outcome);
  }
}
