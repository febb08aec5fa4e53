import 'dart:async';
import 'dart:js_interop';
import 'dart:js_interop_unsafe';

import 'package:http/http.dart' as http;

import '../error.dart';
import 'fetch_client.dart';
import 'platform.dart';

/// A browser: cookies, other tabs, and answers that may be hidden.
final class CurrentPlatform implements Platform {
  @override
  Uri? get page {
    final base = Uri.base;
    return base.hasAuthority && base.scheme.startsWith('http') ? base : null;
  }

  @override
  bool get isAndroidEmulator => false;

  @override
  http.Client createHttpClient(Duration timeout) => FetchClient();

  // A browser says only that it failed.
  @override
  Trouble explain(Object exception) => (
    reason: _isOnline
        ? UnavailableReason.unreachable
        : UnavailableReason.offline,
    hint: null,
  );

  bool get _isOnline {
    final navigator = globalContext['navigator'] as JSObject?;
    return (navigator?['onLine'] as JSBoolean?)?.toDart ?? true;
  }

  // Without CORS the answer stays hidden, but that there is one is seen.
  @override
  Future<bool> answers(Uri url, Duration timeout) =>
      fetch('$url'.toJS, {'mode': 'no-cors'}.jsify()! as JSObject).toDart
          .then((_) => true, onError: (_) => false)
          .timeout(timeout, onTimeout: () => false);

  @override
  Tabs openTabs(String name, void Function(String news) hear) =>
      globalContext.has('BroadcastChannel')
      ? _Channel(name, hear)
      : const NoTabs();

  @override
  void Function() onOnline(void Function() listener) {
    final callback = ((JSAny? _) => listener()).toJS;
    if (!globalContext.has('addEventListener')) return () {};
    _addEventListener('online', callback);
    return () => _removeEventListener('online', callback);
  }
}

final class _Channel implements Tabs {
  _Channel(String name, void Function(String news) hear)
    : _channel = _BroadcastChannel(name) {
    _channel.onmessage = ((_Message message) {
      final data = message.data;
      if (data.isA<JSString>()) hear((data! as JSString).toDart);
    }).toJS;
  }

  final _BroadcastChannel _channel;

  @override
  void tell(String news) => _channel.postMessage(news.toJS);

  @override
  void close() => _channel.close();
}

@JS('addEventListener')
external void _addEventListener(String type, JSFunction listener);

@JS('removeEventListener')
external void _removeEventListener(String type, JSFunction listener);

@JS('BroadcastChannel')
extension type _BroadcastChannel._(JSObject _) implements JSObject {
  external _BroadcastChannel(String name);
  external set onmessage(JSFunction listener);
  external void postMessage(JSAny message);
  external void close();
}

extension type _Message(JSObject _) implements JSObject {
  external JSAny? get data;
}
