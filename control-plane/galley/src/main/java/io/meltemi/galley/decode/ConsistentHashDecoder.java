package io.meltemi.galley.decode;

import io.meltemi.model.config.ConsistentHash;
import io.meltemi.model.config.ConsistentHash.CookieAttribute;
import io.meltemi.model.config.ConsistentHash.HashKey;
import io.meltemi.model.config.ConsistentHash.Table;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Reads `consistentHash`. Immutable.
final class ConsistentHashDecoder {
    /// Istio's choice where no table is written.
    private static final long RING = 1024;

    private ConsistentHashDecoder() {}

    static ConsistentHash decode(ObjectReader hash) {
        hash.exclusive(
                List.of("httpHeaderName", "httpCookie", "useSourceIp", "httpQueryParameterName"));
        return new ConsistentHash(key(hash), table(hash));
    }

    private static Optional<HashKey> key(ObjectReader hash) {
        Optional<HashKey> header = hash.string("httpHeaderName").map(HashKey.HttpHeader::new);
        Optional<HashKey> cookie = hash.object("httpCookie", ConsistentHashDecoder::cookie);
        Optional<HashKey> address =
                hash.bool("useSourceIp").filter(used -> used).map(_ -> new HashKey.SourceIp());
        Optional<HashKey> query =
                hash.string("httpQueryParameterName").map(HashKey.HttpQueryParameter::new);
        return header.or(() -> cookie).or(() -> address).or(() -> query);
    }

    private static HashKey cookie(ObjectReader cookie) {
        return new HashKey.HttpCookie(
                cookie.requiredString("name"),
                cookie.string("path"),
                cookie.duration("ttl"),
                cookie.list(
                        "attributes",
                        a ->
                                new CookieAttribute(
                                        a.requiredString("name"), a.string("value").orElse(""))));
    }

    private static Table table(ObjectReader hash) {
        OptionalLong size = hash.longInteger("minimumRingSize");
        hash.exclusive(
                size.orElse(0) == 0
                        ? List.of("ringHash", "maglev")
                        : List.of("ringHash", "maglev", "minimumRingSize"));
        Optional<Table> ring =
                hash.object(
                        "ringHash", r -> new Table.RingHash(set(r.longInteger("minimumRingSize"))));
        Optional<Table> maglev =
                hash.object("maglev", m -> new Table.Maglev(m.longInteger("tableSize").orElse(0)));
        return ring.or(() -> maglev)
                .orElseGet(() -> new Table.RingHash(OptionalLong.of(set(size).orElse(RING))));
    }

    /// Istio: zero is unset.
    private static OptionalLong set(OptionalLong size) {
        return size.orElse(0) == 0 ? OptionalLong.empty() : size;
    }
}
