package io.meltemi.citadel.jwks;

import io.meltemi.citadel.jwks.KeyFetchSettings.Allowance;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Set;

/// Where keys may be fetched from. Immutable.
///
/// A host is looked up here and again by the client that connects: a name whose answer changes
/// between the two gets past this. What it could fetch is read as a key set or thrown away.
record AddressRules(Set<Allowance> allowed) {
    AddressRules {
        allowed = Set.copyOf(allowed);
    }

    /// @throws IOException that says what is wrong with the address, and what to do
    URI check(String address) throws IOException {
        URI uri;
        try {
            uri = new URI(address);
        } catch (URISyntaxException e) {
            throw new IOException("'" + address + "' is no address: " + e.getReason(), e);
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        String host = uri.getHost();
        if (host == null || !(scheme.equals("https") || scheme.equals("http"))) {
            throw new IOException("'" + address + "' is no address: expected https://HOST/...");
        }
        if (scheme.equals("http") && !allowed.contains(Allowance.PLAIN_TEXT)) {
            throw new IOException(
                    "keys over http can be exchanged on the way: use https, or start the control plane with --jwks-allow plain_text");
        }
        if (!allowed.contains(Allowance.PRIVATE_ADDRESSES)) {
            for (InetAddress found : lookUp(host)) {
                if (isPrivate(found)) {
                    throw new IOException(
                            "%s is at the private address %s: start the control plane with --jwks-allow private_addresses"
                                    .formatted(host, found.getHostAddress()));
                }
            }
        }
        return uri;
    }

    private static InetAddress[] lookUp(String host) throws IOException {
        try {
            return InetAddress.getAllByName(host);
        } catch (UnknownHostException e) {
            throw new IOException("host " + host + " is not known", e);
        }
    }

    static boolean isPrivate(InetAddress address) {
        return address.isLoopbackAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isAnyLocalAddress()
                || address.isMulticastAddress()
                || isShared(address)
                || isUniqueLocal(address);
    }

    /// RFC 6598: 100.64.0.0/10, behind a carrier's address translation; clouds keep services there.
    private static boolean isShared(InetAddress address) {
        byte[] bytes = address.getAddress();
        return bytes.length == 4 && bytes[0] == 100 && (bytes[1] & 0xc0) == 64;
    }

    /// RFC 4193: fc00::/7, which the JDK does not count as site-local.
    private static boolean isUniqueLocal(InetAddress address) {
        return address instanceof Inet6Address && (address.getAddress()[0] & 0xfe) == 0xfc;
    }
}
