package io.meltemi.cli.demo;

import io.meltemi.agent.SidecarOptions;
import io.meltemi.agent.SidecarOptions.Place;
import io.meltemi.agent.SidecarOptions.Port;
import io.meltemi.agent.SidecarOptions.WorkloadApi;
import io.meltemi.agent.bootstrap.ProxyNode;
import io.meltemi.cli.demo.program.SilentCaller;
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

    /// Where each service's programs listen.
    static final Map<String, Integer> PORTS =
            Map.of("product", PRODUCT_PORT, "invoice", PLAIN_PORT, "notification", PLAIN_PORT);

    /// Where the gateway stands: near what a check puts there, far from what it puts elsewhere.
    static final Place HOME = new Place("aegean", "naxos", "");

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
                HOME,
                WorkloadApi.NOT_SERVED,
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
                WorkloadApi.NOT_SERVED,
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
        return service(
                install,
                service,
                version,
                service,
                new Port("http", servicePort, targetPort, "http"),
                install.shop(program),
                Map.of(
                        "PORT",
                        Integer.toString(targetPort),
                        "VERSION",
                        version,
                        "INSTANCE",
                        instance),
                Place.UNKNOWN);
    }

    /// A product program under another name in a place of its own, for checks.
    static SidecarOptions placed(Install install, String service, Place place) {
        return service(
                install,
                service,
                place.region(),
                service,
                new Port("http", PRODUCT_PORT, PRODUCT_PORT, "http"),
                install.shop("Product"),
                Map.of("PORT", Integer.toString(PRODUCT_PORT), "VERSION", place.region()),
                place);
    }

    /// A program that hands on no header, running as product, for checks.
    static SidecarOptions silent(Install install, String service, String calls) {
        return service(
                install,
                service,
                "v1",
                "product",
                new Port("http", PRODUCT_PORT, PRODUCT_PORT, "http"),
                install.ours(
                        List.of("-Xmx24m"),
                        SilentCaller.class.getName(),
                        List.of(Integer.toString(PRODUCT_PORT), calls)),
                Map.of(),
                Place.UNKNOWN);
    }

    private static SidecarOptions service(
            Install install,
            String service,
            String version,
            String account,
            Port port,
            List<String> command,
            Map<String, String> environment,
            Place place) {
        return new SidecarOptions(
                ProxyNode.Kind.SIDECAR,
                service,
                version,
                NAMESPACE,
                account,
                Map.of("app", service, "version", version),
                List.of(port),
                "",
                command,
                environment,
                install.root(),
                place,
                WorkloadApi.NOT_SERVED,
                true);
    }
}
