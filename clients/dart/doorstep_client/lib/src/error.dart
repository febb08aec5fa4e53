import 'generated/codes.dart';

/// Codes of failures that the kit itself finds: no usable answer of a Doorstep
/// server exists for them. The same words as in `@doorstep/client`.
abstract final class ClientErrorCode {
  /// No connection came about.
  static const unreachable = 'unreachable';

  /// The time for one attempt ran out.
  static const noAnswerInTime = 'no_answer_in_time';

  /// The server pointed elsewhere; a redirect is never followed.
  static const redirected = 'redirected';

  /// Something answered, but not the account API.
  static const unexpectedAnswer = 'unexpected_answer';

  /// The caller gave up.
  static const aborted = 'aborted';
}

/// What is wrong with one field.
final class FieldError {
  /// Made by the kit; public for fakes in tests.
  const FieldError({required this.code, required this.message});

  /// One of [FieldErrorCode], or a newer one.
  final String code;

  /// Safe to show to the customer.
  final String message;

  @override
  String toString() => '$code: $message';
}

/// Why a call came to no decision of the server.
enum UnavailableReason {
  /// This device has no network, or no name server answers.
  offline,

  /// The network is there, but nothing answers at that address.
  unreachable,

  /// A browser hid the answer: the origin of this page is not allowed (DS-01).
  cors,

  /// No trusted certificate.
  tls,

  /// The time for one attempt ran out.
  timeout,

  /// The address answers with a redirect.
  redirected,

  /// Something that is not the account API answered, such as a web page.
  notJson,

  /// The server asks to come back later.
  busy,

  /// The server failed.
  server,

  /// The base URL is empty, relative or no web address (DS-21, DS-23).
  baseUrl,

  /// The caller gave up.
  aborted,
}

/// Why a call did not succeed. A value: it is never thrown.
///
/// An unknown [code] is to be treated by its [status].
final class DoorstepError {
  /// Made by the kit; public for fakes in tests.
  const DoorstepError({
    required this.code,
    required this.message,
    this.status = 0,
    this.fields = const {},
    this.requestId,
    this.retryAfter,
    this.reason,
    this.hint,
  });

  /// One of [ErrorCode] or [ClientErrorCode], or a newer one.
  final String code;

  /// Safe to show to the customer.
  final String message;

  /// HTTP status; 0 when no answer arrived.
  final int status;

  /// What is wrong with each field, by its name in the request.
  final Map<String, FieldError> fields;

  /// Names the request in the server's log.
  final String? requestId;

  /// How long to wait before another try.
  final Duration? retryAfter;

  /// Why the server came to no decision; null when it decided.
  final UnavailableReason? reason;

  /// While developing: the likely cause and the line to change, with its DS
  /// number.
  final String? hint;

  /// True when the server may not have decided yet, so that the same call can
  /// be made again.
  bool get isTemporary =>
      code == ClientErrorCode.unreachable ||
      code == ClientErrorCode.noAnswerInTime ||
      status == 408 ||
      status > 501;

  /// The same failure with what was found out about its cause.
  DoorstepError copyWith({UnavailableReason? reason, String? hint}) =>
      DoorstepError(
        code: code,
        message: message,
        status: status,
        fields: fields,
        requestId: requestId,
        retryAfter: retryAfter,
        reason: reason ?? this.reason,
        hint: hint ?? this.hint,
      );

  @override
  String toString() =>
      'DoorstepError($code, $status, $message'
      '${requestId == null ? '' : ', request $requestId'}'
      '${hint == null ? '' : ', $hint'})';
}
