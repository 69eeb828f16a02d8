package io.meltemi.agent.explicit;

import io.meltemi.base.net.HostPort;
import java.util.Map;
import java.util.TreeMap;

/// What an application is told where nothing can be redirected: a forward proxy, and its own port.
/// Immutable.
///
/// The JDK's clients ignore `http_proxy`, hence the options; an empty `nonProxyHosts` makes them
/// send calls to `localhost` through the proxy as well. HTTP only: programs that ignore proxies go
/// past it.
///
/// @param outbound the sidecar's forward proxy
/// @param applicationPort where the application is to listen, on loopback
public record ExplicitEnvironment(HostPort outbound, int applicationPort) {
    /// The variables, added to what the application has already.
    ///
    /// @param present the application's own `JAVA_TOOL_OPTIONS`, kept in front; may be empty
    public Map<String, String> variables(String present) {
        String url = "http://" + outbound;
        String options =
                "-Dhttp.proxyHost=%s -Dhttp.proxyPort=%d -Dhttp.nonProxyHosts="
                        .formatted(outbound.host(), outbound.port());
        Map<String, String> variables = new TreeMap<>();
        variables.put("http_proxy", url);
        variables.put("HTTP_PROXY", url);
        variables.put("no_proxy", "");
        variables.put("NO_PROXY", "");
        variables.put("JAVA_TOOL_OPTIONS", present.isEmpty() ? options : present + " " + options);
        variables.put("PORT", Integer.toString(applicationPort));
        return variables;
    }
}
