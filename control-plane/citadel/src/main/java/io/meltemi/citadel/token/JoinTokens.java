package io.meltemi.citadel.token;

import io.meltemi.base.identity.SpiffeId;
import io.meltemi.base.time.Ticker;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Tokens by which a new workload proves, once, who it is. Thread-safe.
///
/// A token is bound to one identity, ends after a while, and only its hash is kept.
public final class JoinTokens {
    /// Far more pods than start at once on one machine; the oldest is dropped beyond it.
    static final int MAX_OPEN = 10_000;

    private static final int TOKEN_BYTES = 32;

    /// By the token's SHA-256. Guarded by this.
    private final Map<String, Open> open = new LinkedHashMap<>();

    private final SecureRandom random = new SecureRandom();
    private final Duration lifetime;
    private final Ticker ticker;

    private record Open(SpiffeId identity, long endsNanos) {}

    /// @param lifetime how long a token may wait for its pod
    public JoinTokens(Duration lifetime, Ticker ticker) {
        this.lifetime = lifetime;
        this.ticker = ticker;
    }

    /// A new token for one workload of this identity.
    public synchronized String issue(SpiffeId identity) {
        long now = ticker.nanos();
        open.values().removeIf(t -> now - t.endsNanos >= 0);
        if (open.size() >= MAX_OPEN) {
            open.remove(open.keySet().iterator().next());
        }
        byte[] bytes = new byte[TOKEN_BYTES];
        random.nextBytes(bytes);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        open.put(hash(token), new Open(identity, now + lifetime.toNanos()));
        return token;
    }

    /// Who holds this token; empty when it is unknown, used or too old. It cannot be used again.
    public synchronized Optional<SpiffeId> redeem(String token) {
        Open found = open.remove(hash(token));
        return found == null || ticker.nanos() - found.endsNanos >= 0
                ? Optional.empty()
                : Optional.of(found.identity);
    }

    private static String hash(String token) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(token.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
