package io.meltemi.proxy.http.h2;

import io.netty.util.AsciiString;

/// What a field may look like in HTTP/2 (RFC 9113 §8.2). Pure.
final class FieldRules {
    /// The octets of a field name: RFC 9110's token without upper case.
    private static final boolean[] NAME = new boolean[256];

    static {
        for (char c = 'a'; c <= 'z'; c++) {
            NAME[c] = true;
        }
        for (char c = '0'; c <= '9'; c++) {
            NAME[c] = true;
        }
        for (char c : "!#$%&'*+-.^_`|~".toCharArray()) {
            NAME[c] = true;
        }
    }

    /// No number of octets that fits a long has more digits.
    private static final int MAX_DIGITS = 18;

    private FieldRules() {}

    static boolean isName(AsciiString name) {
        for (int i = 0; i < name.length(); i++) {
            if (!NAME[name.byteAt(i) & 0xff]) {
                return false;
            }
        }
        return true;
    }

    /// No NUL, CR or LF anywhere, no white space around it.
    static boolean isValue(AsciiString value) {
        int length = value.length();
        if (length == 0) {
            return true;
        }
        if (isBlank(value.byteAt(0)) || isBlank(value.byteAt(length - 1))) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            byte octet = value.byteAt(i);
            if (octet <= '\r' && (octet == 0 || octet == '\r' || octet == '\n')) {
                return false;
            }
        }
        return true;
    }

    private static boolean isBlank(byte octet) {
        return octet == ' ' || octet == '\t';
    }

    /// Fields that speak of an HTTP/1 connection and have no place in HTTP/2 (§8.2.2).
    static boolean isConnectionSpecific(String name) {
        return switch (name.length()) {
            case 7 -> name.equals("upgrade");
            case 10 -> name.equals("connection") || name.equals("keep-alive");
            case 16 -> name.equals("proxy-connection");
            case 17 -> name.equals("transfer-encoding");
            default -> false;
        };
    }

    /// The number a content-length says, or -1.
    static long contentLength(String value) {
        if (value.isEmpty() || value.length() > MAX_DIGITS) {
            return -1;
        }
        long number = 0;
        for (int i = 0; i < value.length(); i++) {
            char digit = value.charAt(i);
            if (digit < '0' || digit > '9') {
                return -1;
            }
            number = number * 10 + digit - '0';
        }
        return number;
    }
}
