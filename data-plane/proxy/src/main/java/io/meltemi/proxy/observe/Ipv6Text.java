package io.meltemi.proxy.observe;

/// Writes an IPv6 address in its canonical form (RFC 5952), as Envoy does and the JDK does not.
/// Immutable.
final class Ipv6Text {
    private Ipv6Text() {}

    /// @param bytes 16 bytes
    static String of(byte[] bytes) {
        int longestStart = -1;
        int longest = 1; // one group alone is not shortened (RFC 5952 §4.2.2)
        for (int i = 0; i < 8; i++) {
            int run = 0;
            while (i + run < 8 && group(bytes, i + run) == 0) {
                run++;
            }
            if (run > longest) {
                longest = run;
                longestStart = i;
            }
            i += run;
        }
        StringBuilder text = new StringBuilder(39);
        for (int i = 0; i < 8; i++) {
            if (i == longestStart) {
                text.append("::");
                i += longest - 1;
                continue;
            }
            if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
                text.append(':');
            }
            text.append(Integer.toHexString(group(bytes, i)));
        }
        return text.toString();
    }

    private static int group(byte[] bytes, int index) {
        return ((bytes[index * 2] & 0xff) << 8) | (bytes[index * 2 + 1] & 0xff);
    }
}
