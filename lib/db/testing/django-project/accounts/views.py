from rest_framework.decorators import api_view, permission_classes
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework_simplejwt.tokens import RefreshToken
from .serializers import UserLoginSerializer, UserRegistrationSerializer


def described(user):
    return {'id': user.id, 'email': user.email, 'name': user.name, 'phone': user.phone}


def tokens_of(user):
    refresh = RefreshToken.for_user(user)
    return {'refresh': str(refresh), 'access': str(refresh.access_token)}


@api_view(['POST'])
@permission_classes([AllowAny])
def signup(request):
    serializer = UserRegistrationSerializer(data=request.data)
    if not serializer.is_valid():
        return Response(serializer.errors, status=400)
    user = serializer.save()
    return Response({'message': 'User registered successfully', 'user': described(user), 'tokens': tokens_of(user)}, status=201)


@api_view(['POST'])
@permission_classes([AllowAny])
def login(request):
    serializer = UserLoginSerializer(data=request.data, context={'request': request})
    if not serializer.is_valid():
        return Response(serializer.errors, status=400)
    user = serializer.validated_data['user']
    return Response({'message': 'Login successful', 'user': described(user), 'tokens': tokens_of(user)})


@api_view(['GET'])
def protected(request):
    return Response(described(request.user))
