import 'places.dart';

/// What was sent, and when the answer was here.
final class Sent {
  const Sent({
    required this.page,
    required this.api,
    required this.bytes,
    required this.now,
  });

  /// Null outside of a browser; in one the session is carried by a cookie.
  final Uri? page;
  final Uri api;
  final int bytes;
  final DateTime now;
}

/// Compares what was sent with what the server saw, in dev mode; [again] is
/// its answer to the same request a second time. Another server's answer may
/// lack any of it.
List<String> compareEcho(Sent sent, Object? seen, Object? again) {
  final first = _Echo(seen);
  final page = sent.page;
  final isCookieLost = _Echo(again)['probeCookie'] == false;
  return [
    if (page != null && page.origin != sent.api.origin) ?_origin(page, first),
    if (page != null && isCookieLost) _cookie(page, sent.api, first),
    ?_body(sent.bytes, first['body']),
    if (first['time'] case final String time)
      ?clockHint(DateTime.tryParse(time), sent.now),
  ];
}

/// True when the cookie of the first echo came with the second.
bool cookieCameBack(Object? again) => _Echo(again)['probeCookie'] == true;

extension type _Echo(Object? json) {
  Object? operator [](String name) => switch (json) {
    final Map<String, Object?> map => map[name],
    _ => null,
  };

  bool holds(String name) => switch (json) {
    final Map<String, Object?> map => map.containsKey(name),
    _ => false,
  };
}

/// The page could read the answer, so a gateway speaks for Doorstep; what
/// Doorstep itself saw counts for the next call.
String? _origin(Uri page, _Echo seen) {
  final origin = seen['origin'];
  if (origin == null && seen.holds('origin')) {
    return 'DS-15 The Origin header of ${page.origin} is lost on the way to the '
        'server, which refuses calls with a cookie then. Let the proxy pass it '
        'on.';
  }
  return seen['originAllowed'] == false
      ? 'DS-01 The server is up, but origin $origin is not allowed. Run: '
            'doorstep origins add $origin'
      : null;
}

/// Every echo sets a cookie with the flags of the session's: this one did not
/// come back.
String _cookie(Uri page, Uri api, _Echo seen) {
  if (lostCookie(page, api) case final byAddress?) return byAddress;
  if (seen['cookieSecure'] == true && api.isScheme('http')) {
    return isThisMachine(api)
        ? 'DS-12 This browser drops cookies marked Secure on ${api.origin}. '
              'Start the server with an http address as server.public_url while '
              'developing.'
        : 'DS-12 The server marks its cookies Secure, and ${api.origin} is '
              'http: browsers drop them. Use the https address '
              '(server.public_url) as baseUrl.';
  }
  return 'DS-14 The cookie that ${api.origin} sets does not come back. Does a '
      'proxy remove Set-Cookie or Cookie, or does this browser block cookies '
      'here?';
}

String? _body(int bytes, Object? body) => switch (body) {
  {'bytes': final Object? seen, 'kind': final Object? kind}
      when seen != bytes || kind != 'json' =>
    'The server got another body than was sent: $seen bytes ($kind) in place '
        'of $bytes bytes of JSON. Something in between changes requests.',
  _ => null,
};

/// Compares the server's clock with this one's.
String? clockHint(DateTime? theirs, DateTime now) {
  if (theirs == null) return null;
  final skew = (now.difference(theirs).inMilliseconds / 1000).round();
  return skew.abs() > 10
      ? 'DS-43 The clock of this device is ${skew.abs()} s '
            '${skew > 0 ? 'ahead of' : 'behind'} the server\'s.'
      : null;
}
