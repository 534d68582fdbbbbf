from django.urls import path
from rest_framework_simplejwt.views import TokenBlacklistView, TokenObtainPairView, TokenRefreshView
from . import views

urlpatterns = [
    path('api/accounts/signup/', views.signup),
    path('api/accounts/login/', views.login),
    path('api/accounts/token/', TokenObtainPairView.as_view()),
    path('api/accounts/token/refresh/', TokenRefreshView.as_view()),
    path('api/accounts/token/blacklist/', TokenBlacklistView.as_view()),
    path('api/protected-endpoint/', views.protected),
]
