import 'dart:convert';

import '../answer.dart';
import '../calls.dart';
import '../error.dart';
import '../generated/codes.dart';
import '../http.dart';
import 'echo.dart';
import 'finding.dart';
import 'hints.dart';
import 'places.dart';

/// Finds out why an app does not connect: prints what it finds, and returns it.
final class Diagnosis {
  Diagnosis(this._calls, this._hints, this._base);

  final Calls _calls;
  final Hints _hints;
  final Uri _base;
  bool _isThere = true;

  Http get _http => _calls.http;
  Uri? get _page => _http.platform.page;

  Future<List<Finding>> run() async {
    final found = (await _look()).toSet()..forEach(_hints.tell);
    if (found.isEmpty) {
      _hints.say('Reads and writes reach ${_http.base}, and come back.');
    }
    final pages = _isThere ? Uri.parse('$_base/errors') : null;
    return [for (final hint in found) Finding.of(hint, pages: pages)];
  }

  Future<List<String>> _look() async {
    final addresses = addressHints(_base, _page);
    final policy = await _calls.request(const Call('GET', '/policy'));
    if (policy case Unanswered(:final error)) {
      _isThere = error.status > 0;
      return [...addresses, _wordsOf(error)];
    }
    const body = {'hello': 'José'};
    final call = Call(
      'POST',
      '/_echo',
      body: body,
      // With the headers of other calls of the kit, so that no preflight is
      // harder than this one.
      headers: {
        idempotencyHeader: 'diagnose-${_http.now().millisecondsSinceEpoch}',
        'if-match': '"0"',
      },
    );
    final first = await _calls.request(call);
    switch (first) {
      case Unanswered(:final error) when error.code == ErrorCode.notFound:
        return [...addresses, ?await _clock()];
      case Unanswered(:final error):
        return [...addresses, _wordsOf(error)];
      case Answered(:final data):
        final sent = Sent(
          page: _page,
          api: _base,
          bytes: utf8.encode(jsonEncode(body)).length,
          now: _http.now(),
        );
        final again = _page == null ? null : await _again(call);
        return [
          // A cookie that came back is worth more than a guess about two
          // addresses.
          ...addresses.where(
            (hint) => !cookieCameBack(again) || !_isOfCookies(hint),
          ),
          ...compareEcho(sent, data, again),
        ];
    }
  }

  Future<Object?> _again(Call call) async =>
      switch (await _calls.request(call)) {
        Answered(:final data) => data,
        Unanswered() => null,
      };

  static bool _isOfCookies(String hint) =>
      hint.startsWith('DS-09') || hint.startsWith('DS-11');

  static String _wordsOf(DoorstepError error) =>
      error.hint ?? '${error.status} ${error.message}';

  /// A server in production has no echo; its clock is in the Date header of an
  /// answer that no cache gave.
  Future<String?> _clock() async {
    _hints.say(
      'The server runs in production mode: it does not tell what it saw.',
    );
    final stamp = _http.now().millisecondsSinceEpoch;
    final answer = await _calls.request(Call('GET', '/policy?$stamp'));
    return answer is Answered
        ? clockHint(dateOf(answer.headers), _http.now())
        : null;
  }
}

/// What can be seen from the two addresses alone.
List<String> addressHints(Uri base, Uri? page) =>
    page == null ? const [] : compareAddresses(page, base, cookies: true);
