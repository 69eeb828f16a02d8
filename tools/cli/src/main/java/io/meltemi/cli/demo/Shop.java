package io.meltemi.cli.demo;

import io.meltemi.agent.SidecarOptions;
import io.meltemi.agent.SidecarOptions.Place;
import io.meltemi.agent.SidecarOptions.Port;
import io.meltemi.agent.bootstrap.ProxyNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What runs in the demo: a gateway, two versions of product, two invoices, one notification.
/// Immutable.
final class Shop {
    static final String NAMESPACE = "shop";
    static final int GATEWAY_PORT = 8080;

    private static final int PRODUCT_PORT = 9080;
    private static final int PLAIN_PORT = 8080;

    private Shop() {}

    static List<SidecarOptions> workloads(Install install) {
        List<SidecarOptions> all = new ArrayList<>();
        all.add(gateway(install));
        all.add(notification(install));
        all.add(invoice(install, "a"));
        all.add(invoice(install, "b"));
        all.add(product(install, "v1"));
        all.add(product(install, "v2"));
        return all;
    }

    static SidecarOptions gateway(Install install) {
        return new SidecarOptions(
                ProxyNode.Kind.GATEWAY,
                "istio-ingressgateway",
                "",
                "istio-system",
                "istio-ingressgateway",
                Map.of("istio", "ingressgateway"),
                List.of(),
                "",
                List.of(),
                Map.of(),
                install.root(),
                Place.UNKNOWN,
                false);
    }

    static SidecarOptions product(Install install, String version) {
        return application(
                install,
                "product",
                "Product",
                version,
                "product-" + version,
                PRODUCT_PORT,
                PRODUCT_PORT);
    }

    static SidecarOptions invoice(Install install, String instance) {
        return application(
                install, "invoice", "Invoice", "v1", "invoice-" + instance, 80, PLAIN_PORT);
    }

    /// A program with a sidecar and nothing to offer.
    static SidecarOptions command(Install install, String name, List<String> command) {
        return new SidecarOptions(
                ProxyNode.Kind.SIDECAR,
                name,
                "",
                NAMESPACE,
                name,
                Map.of("app", name),
                List.of(),
                "",
                command,
                Map.of(),
                install.root(),
                Place.UNKNOWN,
                false);
    }

    static SidecarOptions notification(Install install) {
        return application(
                install, "notification", "Notification", "v1", "notification", 80, PLAIN_PORT);
    }

    private static SidecarOptions application(
            Install install,
            String service,
            String program,
            String version,
            String instance,
            int servicePort,
            int targetPort) {
        return new SidecarOptions(
                ProxyNode.Kind.SIDECAR,
                service,
                version,
                NAMESPACE,
                service,
                Map.of("app", service, "version", version),
                List.of(new Port("http", servicePort, targetPort, "http")),
                "http:/health",
                install.shop(program),
                Map.of(
                        "PORT",
                        Integer.toString(targetPort),
                        "VERSION",
                        version,
                        "INSTANCE",
                        instance),
                install.root(),
                Place.UNKNOWN,
                true);
    }
}
