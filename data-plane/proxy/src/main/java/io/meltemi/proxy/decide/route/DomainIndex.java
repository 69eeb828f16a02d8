package io.meltemi.proxy.decide.route;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// From a host to its virtual host. Immutable; what changes is copied, and that is little: exact
/// domains are spread over many small maps.
///
/// Envoy's order of domains: exact, then `*.suffix` (longest first), then `prefix.*` (longest
/// first), then `*`; case does not matter. A wildcard stands for at least one character.
public final class DomainIndex {
    /// For tables whose hosts come and go one by one: at 5,000 hosts a change copies twenty.
    private static final int MANY = 256;

    private static final Comparator<Wildcard> LONGEST_FIRST =
            Comparator.comparingInt((Wildcard w) -> w.text().length()).reversed();

    /// Their number is a power of two.
    private final List<Map<String, VirtualHost>> exact;

    private final List<Wildcard> suffixes;
    private final List<Wildcard> prefixes;
    private final @Nullable VirtualHost any;

    /// @param domain as it is told in a log of the decision
    record Wildcard(String text, String domain, VirtualHost host) {}

    private DomainIndex(
            List<Map<String, VirtualHost>> exact,
            List<Wildcard> suffixes,
            List<Wildcard> prefixes,
            @Nullable VirtualHost any) {
        this.exact = exact;
        this.suffixes = List.copyOf(suffixes);
        this.prefixes = List.copyOf(prefixes);
        this.any = any;
    }

    /// Nothing yet.
    ///
    /// @param changes whether single hosts will come and go
    public static DomainIndex empty(boolean changes) {
        return new DomainIndex(
                List.copyOf(Collections.nCopies(changes ? MANY : 1, Map.of())),
                List.of(),
                List.of(),
                null);
    }

    /// Whether every host has the same virtual host, or none.
    boolean isUniform() {
        if (!suffixes.isEmpty() || !prefixes.isEmpty()) {
            return false;
        }
        for (int i = 0; i < exact.size(); i++) {
            if (!exact.get(i).isEmpty()) {
                return false;
            }
        }
        return true;
    }

    @Nullable VirtualHost any() {
        return any;
    }

    /// @param host in small letters
    @Nullable VirtualHost exact(String host) {
        return exact.get(shard(host, exact.size())).get(host);
    }

    /// @param host in small letters
    @Nullable Wildcard wildcard(String host) {
        for (int i = 0; i < suffixes.size(); i++) {
            Wildcard wildcard = suffixes.get(i);
            if (host.length() > wildcard.text.length() && host.endsWith(wildcard.text)) {
                return wildcard;
            }
        }
        for (int i = 0; i < prefixes.size(); i++) {
            Wildcard wildcard = prefixes.get(i);
            if (host.length() > wildcard.text.length() && host.startsWith(wildcard.text)) {
                return wildcard;
            }
        }
        return null;
    }

    private static int shard(String host, int count) {
        int hash = host.hashCode();
        return (hash ^ (hash >>> 16)) & (count - 1);
    }

    /// Begins another index with what is in this one.
    public Edit edit() {
        return new Edit(this);
    }

    /// Another index in the making. Confined to one thread.
    public static final class Edit {
        private final List<Map<String, VirtualHost>> exact;
        private final BitSet copied = new BitSet();
        private final Wildcards suffixes;
        private final Wildcards prefixes;
        private @Nullable VirtualHost any;

        private Edit(DomainIndex from) {
            exact = new ArrayList<>(from.exact);
            suffixes = new Wildcards(from.suffixes);
            prefixes = new Wildcards(from.prefixes);
            any = from.any;
        }

        /// Leads domains to a host; what they led to before is forgotten.
        public Edit put(Collection<String> domains, VirtualHost host) {
            for (String mixedCase : domains) {
                String domain = mixedCase.toLowerCase(Locale.ROOT);
                if (domain.equals("*")) {
                    any = host;
                } else if (domain.startsWith("*")) {
                    suffixes.put(domain.substring(1), domain, host);
                } else if (domain.endsWith("*")) {
                    prefixes.put(domain.substring(0, domain.length() - 1), domain, host);
                } else {
                    own(domain).put(domain, host);
                }
            }
            return this;
        }

        public Edit remove(Collection<String> domains) {
            for (String mixedCase : domains) {
                String domain = mixedCase.toLowerCase(Locale.ROOT);
                if (domain.equals("*")) {
                    any = null;
                } else if (domain.startsWith("*")) {
                    suffixes.remove(domain.substring(1));
                } else if (domain.endsWith("*")) {
                    prefixes.remove(domain.substring(0, domain.length() - 1));
                } else {
                    own(domain).remove(domain);
                }
            }
            return this;
        }

        private Map<String, VirtualHost> own(String domain) {
            int shard = shard(domain, exact.size());
            if (!copied.get(shard)) {
                copied.set(shard);
                exact.set(shard, new HashMap<>(exact.get(shard)));
            }
            return exact.get(shard);
        }

        public DomainIndex done() {
            return new DomainIndex(List.copyOf(exact), suffixes.done(), prefixes.done(), any);
        }
    }

    /// The wildcards of one end in the making. Confined to one thread.
    private static final class Wildcards {
        private final List<Wildcard> before;
        private @Nullable Map<String, Wildcard> changed;

        Wildcards(List<Wildcard> before) {
            this.before = before;
        }

        private Map<String, Wildcard> changed() {
            if (changed == null) {
                changed = new HashMap<>();
                for (Wildcard wildcard : before) {
                    changed.put(wildcard.text, wildcard);
                }
            }
            return changed;
        }

        void put(String text, String domain, VirtualHost host) {
            changed().put(text, new Wildcard(text, domain, host));
        }

        void remove(String text) {
            changed().remove(text);
        }

        List<Wildcard> done() {
            return changed == null
                    ? before
                    : changed.values().stream().sorted(LONGEST_FIRST).toList();
        }
    }
}
