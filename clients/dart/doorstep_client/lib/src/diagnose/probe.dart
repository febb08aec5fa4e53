import '../http.dart';
import '../platform/platform.dart';
import 'unreachable.dart';

/// What the calls of the kit carry beyond what every page may send.
const _headers = {
  'content-type': 'application/json',
  'idempotency-key': 'none',
  'if-match': '"0"',
  'authorization': 'Bearer none',
};

/// Asks on after a call of a page that came to nothing, each question only
/// where the answers before leave it open: a call that fails on a server that
/// is down costs two requests.
Future<Probes> probe(Http http, Uri page, Call call) async {
  final Call(:method, :path) = call;
  final url = http.urlOf(path);
  if (url.origin == page.origin) return const Probes();
  final policy = http.urlOf('/policy');
  final base = http.base.substring(0, http.base.length - '/api'.length);
  final health = Uri.parse('$base/healthz');
  final hasHealth = await _isHealthy(http, health);
  // Without CORS the answer stays hidden, but that there is one can be seen.
  final hasAny =
      hasHealth || await http.ask(health, const Ask(isHidden: true)) != null;
  if (!hasAny) return const Probes(health: false, any: false);
  if (await http.ask(policy) == null) {
    return _unreadable(http, policy, health, hasHealth: hasHealth);
  }
  final hasCookies =
      await http.ask(policy, const Ask(withCookies: true)) != null;
  if (!hasCookies) {
    return Probes(health: hasHealth, any: hasAny, plain: true, cookies: false);
  }
  final own = {
    for (final name in call.headers.keys) name.toLowerCase(),
    if (call.body != null) 'content-type',
  };
  final refused = <String>[];
  var hasPreflight = false;
  for (final MapEntry(key: name, :value) in _headers.entries) {
    // The others only tell a header that is not allowed from a preflight that
    // never passes.
    final isOwn = own.contains(name);
    if (!isOwn && (refused.isEmpty || hasPreflight)) continue;
    if (await http.ask(policy, Ask(headers: {name: value})) != null) {
      hasPreflight = true;
    } else if (isOwn) {
      refused.add(name);
    }
  }
  final isPlainMethod = method == 'GET' || method == 'POST';
  return Probes(
    health: hasHealth,
    any: hasAny,
    plain: true,
    cookies: true,
    preflight: hasPreflight,
    refused: refused,
    // The policy takes no such method: its refusal can be read, and changes
    // nothing.
    method: refused.isEmpty && !isPlainMethod
        ? await http.ask(policy, Ask(method: method)) != null
        : null,
  );
}

Future<Probes> _unreadable(
  Http http,
  Uri policy,
  Uri health, {
  required bool hasHealth,
}) async {
  final stamp = '${http.now().millisecondsSinceEpoch}';
  final isFresh = await http.ask(policy.replace(query: stamp)) != null;
  final isPlainHttp = health.isScheme('http') && !health.hasPort;
  final isHttps =
      !isFresh &&
      isPlainHttp &&
      await _isHealthy(http, health.replace(scheme: 'https'));
  return Probes(
    health: hasHealth,
    any: true,
    plain: false,
    fresh: isFresh,
    https: isHttps,
  );
}

Future<bool> _isHealthy(Http http, Uri url) async =>
    (await http.ask(url))?.toLowerCase().contains('doorstep') ?? false;

extension on Http {
  Future<String?> ask(Uri url, [Ask ask = const Ask()]) {
    const patience = Duration(seconds: 3);
    return platform.ask(url, ask, timeout < patience ? timeout : patience);
  }
}
