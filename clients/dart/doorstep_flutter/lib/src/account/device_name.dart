final _browsers = [
  (RegExp(r'\bEdgA?/'), 'Edge'),
  (RegExp(r'\bOPR/'), 'Opera'),
  (RegExp(r'\b(Firefox|FxiOS)/'), 'Firefox'),
  (RegExp(r'\bSamsungBrowser/'), 'Samsung Internet'),
  (RegExp('(Chrome|Chromium|CriOS)/'), 'Chrome'),
  (RegExp(r'\bSafari/'), 'Safari'),
  (RegExp(r'\bDart/'), 'App'),
];

final _systems = [
  (RegExp(r'\biPhone\b'), 'iPhone'),
  (RegExp(r'\biPad\b'), 'iPad'),
  (RegExp(r'\bAndroid\b'), 'Android'),
  (RegExp(r'\bWindows\b'), 'Windows'),
  (RegExp(r'\bMac OS X\b'), 'Mac'),
  (RegExp(r'\bLinux\b'), 'Linux'),
];

const _longest = 40;

/// Something that a customer recognises in a User-Agent. What a device says of
/// itself is a hint, never a proof.
String? deviceName(String? agent) {
  if (agent == null || agent.isEmpty) return null;
  String? first(List<(RegExp, String)> table) =>
      table.where((row) => row.$1.hasMatch(agent)).firstOrNull?.$2;
  final browser = first(_browsers);
  final system = first(_systems);
  if (browser != null && system != null) return '$browser · $system';
  if (browser != null) return browser;
  return agent.length > _longest ? agent.substring(0, _longest) : agent;
}
