package com.example.monolith;

import java.security.Principal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
class HomeController {

    @GetMapping({"/home", "/api/home"})
    String home(Principal principal) {
        return "hello " + principal.getName();
    }
}
