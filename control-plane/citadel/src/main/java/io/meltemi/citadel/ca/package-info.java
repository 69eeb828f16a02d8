/// The certificate authority: root key, requests, workload certificates.
@NullMarked
package io.meltemi.citadel.ca;

import org.jspecify.annotations.NullMarked;
