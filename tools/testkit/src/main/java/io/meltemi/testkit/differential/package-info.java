/// The same bootstrap and the same requests for Envoy and for our proxy: what differs?
@NullMarked
package io.meltemi.testkit.differential;

import org.jspecify.annotations.NullMarked;
