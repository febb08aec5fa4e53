import 'dart:convert';

import 'diagnose/failure.dart';
import 'error.dart';

/// What came of one request.
sealed class Answer {
  const Answer();
}

/// The server did it; [data] is the JSON, or null for none.
final class Answered extends Answer {
  const Answered(this.status, this.data, this.headers);

  final int status;
  final Object? data;
  final Map<String, String> headers;

  /// One part of the body, if it is an object at all.
  Object? operator [](String name) => switch (data) {
    final Map<String, Object?> map => map[name],
    _ => null,
  };
}

/// Nothing came of it, because of [error].
final class Unanswered extends Answer {
  const Unanswered(this.error, {this.seen, this.failure});

  final DoorstepError error;

  /// What was seen of the answer, for hints.
  final Seen? seen;

  /// What the platform said, where no answer came at all.
  final Failure? failure;
}

/// The raw answer behind a failure.
typedef Seen = ({String text, Map<String, String> headers});

/// What a customer reads when the server gave no words of its own.
const unreachableMessage = 'The server cannot be reached. Please try again.';

/// The same for an answer that is not the account API's.
const unexpectedMessage = 'Something went wrong. Please try again.';

/// Judges an answer by its type and body: only JSON with a code is one of the
/// server's own refusals.
Answer readAnswer(
  int status,
  Map<String, String> headers,
  List<int> bytes,
  DateTime now,
) {
  // By bytes: package:http takes JSON without a charset for Latin-1 (DS-22).
  final text = utf8.decode(bytes, allowMalformed: true);
  final isOk = status >= 200 && status < 300;
  if (status == 204) return Answered(status, null, headers);
  final data = _json(headers['content-type'], text);
  if (isOk && data != null) return Answered(status, data, headers);
  final isRedirect = status >= 300 && status < 400;
  final problem = switch (data) {
    {'code': final String code} when !isRedirect && !isOk => _Problem(
      code,
      data as Map<String, Object?>,
    ),
    _ => null,
  };
  final error = DoorstepError(
    code:
        problem?.code ??
        (isRedirect
            ? ClientErrorCode.redirected
            : ClientErrorCode.unexpectedAnswer),
    message: problem?.message ?? unexpectedMessage,
    status: status,
    fields: problem?.fields ?? const {},
    requestId: problem?.requestId ?? headers['x-request-id'],
    retryAfter: retryAfterOf(headers['retry-after'], now),
    reason: _reasonOf(status, isKnown: problem != null, isRedirect: isRedirect),
  );
  return Unanswered(error, seen: (text: text, headers: headers));
}

Object? _json(String? type, String text) {
  final mediaType = (type ?? '').split(';').first.trim().toLowerCase();
  if (!RegExp(r'^application/([\w.-]+\+)?json$').hasMatch(mediaType)) {
    return null;
  }
  try {
    return jsonDecode(text);
  } on Object {
    // Cut off, or so deep that reading it gives up.
    return null;
  }
}

UnavailableReason? _reasonOf(
  int status, {
  required bool isKnown,
  required bool isRedirect,
}) {
  if (isRedirect) return UnavailableReason.redirected;
  if (status == 503) return UnavailableReason.busy;
  if (!isKnown) return UnavailableReason.notJson;
  if (status == 408) return UnavailableReason.timeout;
  return status >= 500 ? UnavailableReason.server : null;
}

/// Retry-After holds seconds or a date; anything else is none.
Duration? retryAfterOf(String? text, DateTime now) {
  if (text == null) return null;
  final seconds = num.tryParse(text.trim());
  final asked = seconds != null
      ? seconds.isFinite && seconds.abs() < 1e9
            ? Duration(seconds: seconds.ceil())
            : null
      : _httpDate(text)?.difference(now);
  if (asked == null || asked.isNegative) return null;
  return Duration(seconds: (asked.inMilliseconds / 1000).ceil());
}

const _months = [
  'jan', 'feb', 'mar', 'apr', 'may', 'jun', //
  'jul', 'aug', 'sep', 'oct', 'nov', 'dec',
];

/// The date of an HTTP header (`Sun, 06 Nov 1994 08:49:37 GMT`), or null.
DateTime? _httpDate(String text) {
  final parts = RegExp(
    r'^\w{3}, (\d{2}) (\w{3}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) GMT$',
  ).firstMatch(text.trim());
  if (parts == null) return null;
  final month = _months.indexOf(parts[2]!.toLowerCase()) + 1;
  if (month == 0) return null;
  int number(int group) => int.parse(parts[group]!);
  return DateTime.utc(
    number(3),
    month,
    number(1),
    number(4),
    number(5),
    number(6),
  );
}

/// The date of a Date header, or null.
DateTime? dateOf(Map<String, String> headers) =>
    _httpDate(headers['date'] ?? '');

/// A refusal of the server, read without trusting its shape.
final class _Problem {
  _Problem(this.code, this._body);

  final String code;
  final Map<String, Object?> _body;

  String? get message => _text(_body['message']);
  String? get requestId => _text(_body['requestId']);

  Map<String, FieldError> get fields => {
    if (_body['fields'] case final Map<String, Object?> fields)
      for (final MapEntry(:key, :value) in fields.entries)
        if (value case {'code': final String code})
          key: FieldError(code: code, message: _text(value['message']) ?? code),
  };

  static String? _text(Object? value) => value is String ? value : null;
}
