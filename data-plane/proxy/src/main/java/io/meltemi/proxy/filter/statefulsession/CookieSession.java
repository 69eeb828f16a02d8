package io.meltemi.proxy.filter.statefulsession;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import io.meltemi.proxy.decide.match.Cookies;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.HeaderNames;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// A session kept in a cookie. Immutable.
///
/// Envoy: the cookie is the base64 of a message with the address (1) and when it expires (2, in
/// seconds); what is no such message is taken as an address, as older proxies set it.
///
/// @param ttlSeconds 0: until the browser ends
/// @param path only requests below it take part; empty or `/`: all
/// @param clock the time of day, in seconds
record CookieSession(String name, long ttlSeconds, String path, LongSupplier clock)
        implements SessionState {
    private static final int ADDRESS_TAG = 1 << 3 | 2;
    private static final int EXPIRES_TAG = 2 << 3;

    @Override
    public boolean concerns(HeaderMap request) {
        if (path.isEmpty() || path.equals("/")) {
            return true;
        }
        String asked = request.get(HeaderNames.PATH);
        if (asked == null || !asked.startsWith(path)) {
            return false;
        }
        return path.endsWith("/")
                || asked.length() == path.length()
                || "/?#".indexOf(asked.charAt(path.length())) >= 0;
    }

    @Override
    public @Nullable String address(HeaderMap request) {
        String value = Cookies.value(request, name);
        byte[] decoded = value == null ? null : Base64Text.decode(value);
        if (decoded == null) {
            return null;
        }
        String address;
        try {
            address = read(decoded);
        } catch (IOException _) {
            address = new String(decoded, StandardCharsets.ISO_8859_1);
        }
        return address.isEmpty() ? null : address;
    }

    /// Empty when the session is over.
    private String read(byte[] bytes) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(bytes);
        String address = "";
        long expires = 0;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (tag) {
                case ADDRESS_TAG -> address = in.readStringRequireUtf8();
                case EXPIRES_TAG -> expires = in.readUInt64();
                default -> {
                    if (!in.skipField(tag)) {
                        throw new IOException("a group ends that never began");
                    }
                }
            }
        }
        return expires != 0 && clock.getAsLong() > expires ? "" : address;
    }

    @Override
    public void tell(String address, HeaderMap response) {
        StringBuilder cookie = new StringBuilder(name).append("=\"");
        cookie.append(Base64.getEncoder().encodeToString(message(address))).append('"');
        if (ttlSeconds > 0) {
            cookie.append("; Max-Age=").append(ttlSeconds);
        }
        if (!path.isEmpty()) {
            cookie.append("; Path=").append(path);
        }
        response.add(HeaderNames.SET_COOKIE, cookie.append("; HttpOnly").toString());
    }

    private byte[] message(String address) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            out.writeString(1, address);
            if (ttlSeconds > 0) {
                out.writeUInt64(2, clock.getAsLong() + ttlSeconds);
            }
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("memory took no more", e);
        }
        return bytes.toByteArray();
    }
}
