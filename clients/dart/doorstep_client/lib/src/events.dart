import 'calls.dart';
import 'generated/models.dart';
import 'http.dart';
import 'result.dart';

/// A page of what has happened to the account, newest first.
final class SecurityEvents {
  /// Made from answers; public for fakes in tests.
  const SecurityEvents({required this.events, this.next});

  /// Newest first; a page may have few, or none, and be followed by more.
  final List<SecurityEvent> events;

  /// The `before` of the next page; null at the end.
  final String? next;
}

Future<Result<SecurityEvents>> readEvents(
  Calls calls,
  String? before,
  String? language,
) => calls.call(
  Call(
    'GET',
    '/user/events${_queryOf(before)}',
    headers: {'Accept-Language': ?language},
  ),
  (answer) => SecurityEvents(
    events: listOf(answer['events'], SecurityEvent.fromJson),
    next: answer['next'] as String?,
  ),
);

String _queryOf(String? before) =>
    before == null ? '' : '?before=${Uri.encodeQueryComponent(before)}';
