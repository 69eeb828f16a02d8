package io.meltemi.proxy.filter.jwt;

import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Tokens whose signature was found good, so that it is not computed again. Thread-safe: shared by
/// all event loops.
///
/// Two generations bound it: when the young one is full it becomes the old one, and what was old
/// and unused is forgotten. Only successes are kept, so nobody can fill it with rubbish.
final class VerifiedTokens {
    private static final int MOST_YOUNG = 500;
    private static final int LONGEST_TOKEN = 4096;

    private volatile ConcurrentHashMap<String, Jwt> young = new ConcurrentHashMap<>();
    private volatile ConcurrentHashMap<String, Jwt> old = new ConcurrentHashMap<>();

    @Nullable Jwt find(String token) {
        Jwt jwt = young.get(token);
        if (jwt == null) {
            jwt = old.get(token);
            if (jwt != null) {
                put(token, jwt);
            }
        }
        return jwt;
    }

    void put(String token, Jwt jwt) {
        if (token.length() > LONGEST_TOKEN) {
            return;
        }
        if (young.size() >= MOST_YOUNG) {
            rotate();
        }
        young.put(token, jwt);
    }

    private synchronized void rotate() {
        if (young.size() >= MOST_YOUNG) {
            old = young;
            young = new ConcurrentHashMap<>();
        }
    }

    int size() {
        return young.size() + old.size();
    }
}
