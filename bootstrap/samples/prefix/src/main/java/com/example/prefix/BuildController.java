package com.example.prefix;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.support.ServletUriComponentsBuilder;

/** Tells where a build can be watched. */
@RestController
class BuildController {

    @GetMapping("/where/{id}")
    String where(@PathVariable String id) {
        return ServletUriComponentsBuilder.fromCurrentContextPath()
                .path("/runner-jobs/{id}/events/stream")
                .build(id)
                .toString();
    }
}
