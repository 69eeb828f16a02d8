package io.meltemi.testkit.authorization;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Addresses in and around a block of IPv4. Thread-safe: pure.
final class Blocks {
    private Blocks() {}

    /// Its first and last address, those beside them, and one far away.
    static List<Map<String, String>> around(String block, String attribute) {
        String[] parts = block.split("/", 2);
        long mask = -1L << (32 - (parts.length == 1 ? 32 : Integer.parseInt(parts[1])));
        long first = number(parts[0]) & mask;
        long last = first | (~mask & 0xffff_ffffL);
        Set<String> addresses = new LinkedHashSet<>();
        for (long each : List.of(first, last, first - 1, last + 1, number("127.0.113.9"))) {
            addresses.add(text(each));
        }
        return addresses.stream().map(address -> Map.of(attribute, address)).toList();
    }

    private static long number(String address) {
        long number = 0;
        for (String part : address.split("\\.", -1)) {
            number = number << 8 | Integer.parseInt(part);
        }
        return number;
    }

    private static String text(long address) {
        return (address >> 24 & 255)
                + "."
                + (address >> 16 & 255)
                + "."
                + (address >> 8 & 255)
                + "."
                + (address & 255);
    }
}
