import 'package:http/http.dart' as http;

import '../diagnose/failure.dart';

/// All that differs between a browser and the rest.
abstract interface class Platform {
  /// The address of the page in a browser, else null.
  Uri? get page;

  /// The Android emulator has its own `localhost` (DS-24).
  bool get isAndroidEmulator;

  /// A client that sends cookies where there are any, and follows no redirect.
  http.Client createHttpClient(Duration timeout);

  /// What an exception of an HTTP client says.
  Failure describe(Object exception);

  /// One more request of a page, to find out why another one failed: the text
  /// that came, empty where the browser hides it, or null for nothing. Where
  /// there is no page, nothing is hidden and nothing is asked.
  Future<String?> ask(Uri url, Ask ask, Duration timeout);

  /// The other tabs of this origin; [hear] gets what they tell.
  Tabs openTabs(String name, void Function(String news) hear);

  /// Calls [listener] when the network is back; answers how to stop that.
  void Function() onOnline(void Function() listener);
}

/// How a page asks on.
final class Ask {
  /// A plain GET, without cookies.
  const Ask({
    this.method = 'GET',
    this.headers = const {},
    this.withCookies = false,
    this.isHidden = false,
  });

  final String method;
  final Map<String, String> headers;
  final bool withCookies;

  /// Only whether anything answers: no page may read what.
  final bool isHidden;
}

/// What one tab tells the others; a token never passes through here.
abstract interface class Tabs {
  /// One of `in`, `out` and `changed`, as in `@doorstep/client`.
  void tell(String news);

  /// Hears no more.
  void close();
}

/// Where there are no tabs.
final class NoTabs implements Tabs {
  /// Keeps to itself.
  const NoTabs();

  @override
  void tell(String news) {}

  @override
  void close() {}
}
