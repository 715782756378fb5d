import { expect, test } from 'vitest';
import { answer } from './answers.js';

test.each([
  ['quantity("1Gi") == quantity("1024Mi") && sign(quantity("-1")) == -1', 'true'],
  [
    'quantity("1Gi").isGreaterThan(quantity("1G")) && quantity("1").compareTo(quantity("2")) == -1',
    'true',
  ],
  [
    'quantity("1").add(1).compareTo(quantity("2")) == 0 && quantity("1").sub(2).isLessThan(quantity("0"))',
    'true',
  ],
  [
    'quantity("1e3").isInteger() && !quantity("2000m").isInteger() && !quantity("1Pi").isInteger()',
    'true',
  ],
  ['quantity("500m").asApproximateFloat() == 0.5 && quantity(".") == quantity("0")', 'true'],
  ['quantity("1.5").asInteger() == 1', 'cannot convert value to integer'],
  ['quantity("1K") == quantity("1")', "unable to parse quantity's suffix"],
  ['isQuantity("1 Gi")', 'false'],
])('quantities: %s gives %s', (expression, expected) => {
  expect(answer(expression)).toBe(expected);
});

test.each([
  [
    'semver("1.2.3-rc.1").isLessThan(semver("1.2.3")) && semver("1.0.0+a") == semver("1.0.0+b")',
    'true',
  ],
  [
    'semver("1.0.0-2").isLessThan(semver("1.0.0-10")) && semver("1.0.0-9").isLessThan(semver("1.0.0-a"))',
    'true',
  ],
  ['semver("v01.2", true) == semver("1.2.0") && !isSemver("v1.2.3")', 'true'],
  ['semver("1.2") == semver("1.2.0")', 'No Major.Minor.Patch elements found'],
  ['semver("") == semver("1.2.0")', 'Version string empty'],
  ['semver("01.2.3") == semver("1.2.3")', 'Major number must not contain leading zeroes "01"'],
  ['semver("1.x.3") == semver("1.2.3")', 'Invalid character(s) found in minor number "x"'],
  ['semver("1.2.3.4") == semver("1.2.3")', 'Invalid character(s) found in patch number "3.4"'],
  ['semver("1.2.3-") == semver("1.2.3")', 'Prerelease is empty'],
  [
    'semver("1.2.3-01") == semver("1.2.3")',
    'Numeric PreRelease version must not contain leading zeroes "01"',
  ],
  ['semver("1.2.3+") == semver("1.2.3")', 'Build meta data is empty'],
  [
    'semver("1.2-a", true) == semver("1.2.3")',
    'short version cannot contain PreRelease/Build meta data',
  ],
  [
    'semver("18446744073709551616.0.0") == semver("1.2.3")',
    'strconv.ParseUint: parsing "18446744073709551616": value out of range',
  ],
])('versions: %s gives %s', (expression, expected) => {
  expect(answer(expression)).toBe(expected);
});

test.each([
  ['string(ip("2001:DB8:0:0:1:0:0:1")) == "2001:db8::1:0:0:1"', 'true'],
  [
    'ip("::1").isLoopback() && ip("fe80::1").isLinkLocalUnicast() && ip("ff02::1").isLinkLocalMulticast()',
    'true',
  ],
  ['ip("10.0.0.1").isGlobalUnicast() && !ip("255.255.255.255").isGlobalUnicast()', 'true'],
  ['ip("::").isUnspecified() && ip("0.0.0.0").isUnspecified()', 'true'],
  ['isIP("1::2:3:4:5:6:7:8") || isIP("01.2.3.4") || isIP("1.2.3") || isIP("12345::")', 'false'],
  ['isIP("1:2:3:4:5:6:1.2.3.4") && isIP("::") && isIP("1::")', 'true'],
  [
    'cidr("10.1.2.3/8").masked() == cidr("10.0.0.0/8") && cidr("10.1.2.3/8").ip() == ip("10.1.2.3")',
    'true',
  ],
  [
    'cidr("10.0.0.0/8").containsCIDR("10.1.0.0/16") && !cidr("::/0").containsIP("10.0.0.1")',
    'true',
  ],
  [
    'string(cidr("::/0").masked()) == "::/0" && cidr("10.0.0.0/33").prefixLength() == 1',
    'network address parse error during conversion from string: network address parse error during conversion from string: netip.ParsePrefix("10.0.0.0/33"): prefix length out of range',
  ],
  ['cidr("10.0.0.0/8").containsIP("x")', 'no such overload'],
  [
    'ip("1.2.3") == ip("1.2.3.4")',
    'IP Address "1.2.3" parse error during conversion from string: ParseAddr("1.2.3"): IPv4 address too short',
  ],
  [
    'ip("::ffff:1.2.3.4") == ip("1.2.3.4")',
    'IPv4-mapped IPv6 address "::ffff:1.2.3.4" is not allowed',
  ],
  ['ip("fe80::1%eth0") == ip("::")', 'IP address "fe80::1%eth0" with zone value is not allowed'],
])('addresses: %s gives %s', (expression, expected) => {
  expect(answer(expression)).toBe(expected);
});

test.each([
  ['url("https://user@example.com:8080/a%20b?x=1&x=2").getHost() == "example.com:8080"'],
  [
    'url("https://example.com:8080/").getPort() == "8080" && url("https://[::1]:80/").getHostname() == "::1"',
  ],
  ['url("https://example.com/a b").getEscapedPath() == "/a%20b"'],
  ['url("/p?x=1&x=2&y").getQuery() == {"x": ["1", "2"], "y": [""]}'],
  ['isURL("/x") && !isURL("x") && !isURL("") && !isURL("http://a b/")'],
])('URLs: %s', (expression) => {
  expect(answer(expression)).toBe('true');
});

test.each([
  ['dns1123Label', 'abc', 'ABC'],
  ['dns1123Subdomain', 'a.b', 'a..b'],
  ['dns1035Label', 'a1', '1a'],
  ['dns1123LabelPrefix', 'abc-', '-abc'],
  ['qualifiedName', 'example.com/Name', 'a/b/c'],
  ['labelValue', '', '-a'],
  ['uri', 'https://example.com', 'nope'],
  ['uuid', '123e4567-e89b-12d3-a456-426614174000', '123'],
  ['byte', 'aGVsbG8=', 'a'],
  ['date', '2024-02-29', '2024-02-30'],
  ['datetime', '2024-02-03T00:00:00Z', '2024-02-03'],
])('format.%s takes %s and refuses %s', (name, valid, invalid) => {
  expect(answer(`format.${name}().validate("${valid}") == optional.none()`)).toBe('true');
  expect(answer(`format.named("${name}").value().validate("${invalid}").hasValue()`)).toBe('true');
});

test('the authorizer functions exist, but nothing to call them on', () => {
  expect(answer('"a".path("b").check("get").allowed()')).toBe('no-overload');
  expect(answer('device.attributes["d"].model.path("b").check("get").allowed()')).toBe(
    'no such overload: path(string, string)',
  );
});
