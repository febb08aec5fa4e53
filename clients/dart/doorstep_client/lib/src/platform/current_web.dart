import 'dart:async';
import 'dart:js_interop';
import 'dart:js_interop_unsafe';

import 'package:http/http.dart' as http;

import '../diagnose/failure.dart';
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
  Failure describe(Object exception) =>
      Failure('$exception', isOffline: !_isOnline);

  bool get _isOnline {
    final navigator = globalContext['navigator'] as JSObject?;
    return (navigator?['onLine'] as JSBoolean?)?.toDart ?? true;
  }

  @override
  Future<String?> ask(Uri url, Ask ask, Duration timeout) async {
    final init = {
      'method': ask.method,
      'mode': ask.isHidden ? 'no-cors' : 'cors',
      'credentials': ask.withCookies ? 'include' : 'omit',
      'headers': ask.headers,
    };
    try {
      final response = await fetch(
        '$url'.toJS,
        init.jsify()! as JSObject,
      ).toDart.timeout(timeout);
      return (await response.text().toDart.timeout(timeout)).toDart;
    } on Object {
      return null;
    }
  }

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
