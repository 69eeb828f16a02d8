package io.meltemi.galley.validate;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.model.config.ConsistentHash;
import io.meltemi.model.config.ConsistentHash.CookieAttribute;
import io.meltemi.model.config.ConsistentHash.HashKey;
import io.meltemi.model.config.ConsistentHash.Table;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/// The rules of `consistentHash`. Immutable.
final class ConsistentHashValidation {
    /// Envoy takes no more.
    private static final long LARGEST_RING = 8L << 20;

    private static final long LARGEST_MAGLEV = 5_000_011;

    private ConsistentHashValidation() {}

    static void validate(ConsistentHash hash, FieldPath path, Findings findings) {
        if (hash.key().isEmpty()) {
            findings.judge(
                    Code.WITHOUT_EFFECT,
                    path,
                    "nothing makes calls alike, each goes to any instance: write httpHeaderName, httpCookie, useSourceIp: true or httpQueryParameterName");
        }
        hash.key().ifPresent(key -> key(key, path, findings));
        switch (hash.table()) {
            case Table.RingHash(OptionalLong size) -> ring(size.orElse(0), path, findings);
            case Table.Maglev(long size) ->
                    maglev(size, path.field("maglev").field("tableSize"), findings);
        }
    }

    private static void key(HashKey key, FieldPath path, Findings findings) {
        switch (key) {
            case HashKey.HttpHeader(String name) ->
                    TextRules.headerName(name, path.field("httpHeaderName"), findings);
            case HashKey.HttpCookie cookie -> cookie(cookie, path.field("httpCookie"), findings);
            case HashKey.SourceIp() -> {}
            case HashKey.HttpQueryParameter(String name) -> {
                if (name.isEmpty()) {
                    findings.judge(
                            Code.SCHEMA,
                            path.field("httpQueryParameterName"),
                            "httpQueryParameterName must not be empty");
                }
            }
        }
    }

    private static void cookie(HashKey.HttpCookie cookie, FieldPath path, Findings findings) {
        List<CookieAttribute> attributes = cookie.attributes();
        Set<String> names = new HashSet<>();
        for (int i = 0; i < attributes.size(); i++) {
            FieldPath at = path.field("attributes").item(i).field("name");
            if (!names.add(attributes.get(i).name())) {
                findings.judge(
                        Code.SCHEMA,
                        at,
                        "duplicate cookie attribute '%s'".formatted(attributes.get(i).name()));
            }
        }
    }

    private static void ring(long size, FieldPath path, Findings findings) {
        FieldPath nested = path.field("ringHash").field("minimumRingSize");
        FieldPath at = findings.isWritten(nested) ? nested : path.field("minimumRingSize");
        if (size < 0 || size > LARGEST_RING) {
            findings.judge(
                    Code.SCHEMA,
                    at,
                    "minimumRingSize %d must be in the range 0..%d".formatted(size, LARGEST_RING));
        }
    }

    private static void maglev(long size, FieldPath path, Findings findings) {
        if (size <= 0 || size >= LARGEST_MAGLEV) {
            findings.judge(
                    Code.SCHEMA,
                    path,
                    "tableSize must be set for maglev, to a prime number less than %d"
                            .formatted(LARGEST_MAGLEV));
        } else if (!isPrime(size)) {
            findings.judge(
                    Code.SCHEMA,
                    path,
                    "tableSize %d must be a prime number for maglev, such as 65537"
                            .formatted(size));
        }
    }

    /// As Envoy asks it: 1 counts.
    private static boolean isPrime(long number) {
        for (long factor = 2; factor * factor <= number; factor++) {
            if (number % factor == 0) {
                return false;
            }
        }
        return true;
    }
}
